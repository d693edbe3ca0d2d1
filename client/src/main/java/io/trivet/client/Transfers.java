package io.trivet.client;

import io.trivet.model.ClusterView;
import io.trivet.wire.Connector;
import io.trivet.wire.PieceBuffers;
import io.trivet.wire.RequestId;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What all transfers of one client share: connections, buffers, threads.
 *
 * <p>Transfers run on platform threads, since reading and writing files would hold the carrier of a virtual one.
 */
final class Transfers implements AutoCloseable {
    /** 32 MiB of direct memory at the most, whatever is under way. */
    private static final int BUFFERS = 32;

    final Cluster cluster;
    final Connector connector;
    final PieceBuffers buffers = new PieceBuffers(BUFFERS);
    /** Spreads readers over the homes of a chunk. */
    final long readerSalt = java.util.concurrent.ThreadLocalRandom.current().nextLong();

    private final ExecutorService threads;
    private final AtomicInteger threadNumber = new AtomicInteger();

    Transfers(Cluster cluster, Connector connector) {
        this.cluster = cluster;
        this.connector = connector;
        this.threads = Executors.newCachedThreadPool(task -> Thread.ofPlatform()
                .daemon()
                .name("trivet-transfer-" + threadNumber.incrementAndGet())
                .unstarted(task));
    }

    ClusterView view() {
        return cluster.view();
    }

    /** A piece of work on chunk {@code number}; stops early, by throwing, when {@code cancelled}. */
    interface ChunkTask {
        void run(int number, AtomicBoolean cancelled) throws IOException;
    }

    /**
     * Runs the task for the chunks 1 to {@code count}, at most {@code parallelism} at once, each once. The first failure cancels the rest and is
     * thrown when all have stopped. A single chunk is the calling thread's own work.
     */
    void forEachChunk(int count, int parallelism, ChunkTask task) throws IOException {
        AtomicBoolean cancelled = new AtomicBoolean();
        if (count == 1 && !Thread.currentThread().isVirtual()) {
            task.run(1, cancelled);
            return;
        }
        AtomicInteger next = new AtomicInteger(1);
        List<Future<?>> workers = new ArrayList<>();
        for (int worker = 0; worker < Math.min(count, parallelism); worker++) {
            workers.add(threads.submit(RequestId.carriedCall(() -> {
                try {
                    for (int number = next.getAndIncrement();
                            number <= count && !cancelled.get();
                            number = next.getAndIncrement()) {
                        task.run(number, cancelled);
                    }
                } catch (Throwable e) {
                    cancelled.set(true);
                    throw e;
                }
                return null;
            })));
        }
        awaitAll(workers);
    }

    /** Throws {@link CancellationException} where another chunk of the same transfer has failed. */
    static void stopIf(AtomicBoolean cancelled) {
        if (cancelled.get()) {
            throw new CancellationException("another chunk failed");
        }
    }

    /** Runs one task on a thread for transfers. */
    <T> Future<T> start(java.util.concurrent.Callable<T> task) {
        return threads.submit(RequestId.carriedCall(task));
    }

    private static void awaitAll(List<Future<?>> workers) throws IOException {
        @Nullable Exception first = null;
        for (Future<?> worker : workers) {
            try {
                worker.get();
            } catch (ExecutionException e) {
                first = worse(first, e.getCause() instanceof Exception cause ? cause : e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                first = worse(first, new InterruptedIOException("stopped while chunks were on their way"));
            }
        }
        switch (first) {
            case null -> {}
            case IOException io -> throw io;
            case RuntimeException bug -> throw bug;
            default -> throw new IllegalStateException(first);
        }
    }

    /** The failure that says what went wrong: those that were only cancelled because of another do not. */
    private static Exception worse(@Nullable Exception first, Exception next) {
        return first == null || first instanceof CancellationException ? next : first;
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
