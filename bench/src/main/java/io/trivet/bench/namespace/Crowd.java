package io.trivet.bench.namespace;

import io.trivet.client.TrivetClient;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** Clients that all repeat one operation, each with a thread and connections of its own. */
final class Crowd implements AutoCloseable {
    /** The operation of a client; {@code number} is unique over all clients. */
    interface Act {
        void by(TrivetClient client, long number);
    }

    /** One operation: when it began and how long it took. */
    private record Timed(long[] begunNanos, long[] tookNanos) {}

    private final List<TrivetClient> clients = new ArrayList<>();
    private final ExecutorService threads;

    Crowd(MeasuredCluster cluster, int size) throws IOException {
        this.threads = Executors.newFixedThreadPool(size);
        while (clients.size() < size) {
            clients.add(cluster.client());
        }
    }

    /** Runs all clients for this long. */
    Acts act(Duration time, AtomicLong numbers, Act act) throws IOException {
        long end = System.nanoTime() + time.toNanos();
        return act(() -> System.nanoTime() - end < 0, numbers, act);
    }

    /** Runs all clients while this holds. */
    Acts act(BooleanSupplier goesOn, AtomicLong numbers, Act act) throws IOException {
        long begin = System.nanoTime();
        List<Future<Timed>> working = clients.stream()
                .map(client -> threads.submit(() -> work(client, goesOn, numbers, act)))
                .toList();
        List<Timed> done = new ArrayList<>();
        for (Future<Timed> one : working) {
            done.add(result(one));
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        return new Acts(
                seconds,
                done.stream()
                        .flatMapToLong(one -> Arrays.stream(one.begunNanos))
                        .toArray(),
                done.stream().flatMapToLong(one -> Arrays.stream(one.tookNanos)).toArray());
    }

    private static Timed work(TrivetClient client, BooleanSupplier goesOn, AtomicLong numbers, Act act) {
        long[] begun = new long[64];
        long[] took = new long[64];
        int count = 0;
        while (goesOn.getAsBoolean()) {
            if (count == took.length) {
                begun = Arrays.copyOf(begun, 2 * count);
                took = Arrays.copyOf(took, 2 * count);
            }
            begun[count] = System.nanoTime();
            if (done(client, numbers.getAndIncrement(), act)) {
                took[count] = System.nanoTime() - begun[count];
                count++;
            }
        }
        return new Timed(Arrays.copyOf(begun, count), Arrays.copyOf(took, count));
    }

    /** A name that was renamed or removed before does not count. */
    private static boolean done(TrivetClient client, long number, Act act) {
        try {
            act.by(client, number);
            return true;
        } catch (TrivetException e) {
            if (e.kind() != Refusal.Kind.NO_SUCH_FILE) {
                throw e;
            }
            return false;
        }
    }

    private static Timed result(Future<Timed> one) throws IOException {
        try {
            return one.get();
        } catch (ExecutionException e) {
            throw new IOException("a client failed: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        threads.shutdown();
        clients.forEach(TrivetClient::close);
    }

    /** The operations of a crowd. */
    record Acts(double seconds, long[] begunNanos, long[] tookNanos) {
        double perSecond() {
            return tookNanos.length / seconds;
        }

        /** The quantile {@code part} of the durations, in milliseconds. */
        double milliseconds(double part) {
            if (tookNanos.length == 0) {
                return 0;
            }
            long[] sorted = tookNanos.clone();
            Arrays.sort(sorted);
            return sorted[(int) Math.min(sorted.length - 1, (long) (part * sorted.length))] / 1e6;
        }

        /** Those in progress at any time between the two, or with {@code not} the others. */
        Acts during(long fromNanos, long toNanos, boolean not) {
            long[] begun = new long[tookNanos.length];
            long[] took = new long[tookNanos.length];
            int count = 0;
            for (int i = 0; i < tookNanos.length; i++) {
                boolean inside = begunNanos[i] - toNanos < 0 && begunNanos[i] + tookNanos[i] - fromNanos > 0;
                if (inside != not) {
                    begun[count] = begunNanos[i];
                    took[count++] = tookNanos[i];
                }
            }
            return new Acts((toNanos - fromNanos) / 1e9, Arrays.copyOf(begun, count), Arrays.copyOf(took, count));
        }
    }
}
