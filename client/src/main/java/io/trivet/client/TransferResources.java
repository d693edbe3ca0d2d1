package io.trivet.client;

import io.trivet.model.ClusterView;
import io.trivet.wire.Connector;
import io.trivet.wire.DataFrameBuffers;
import io.trivet.wire.protocol.RequestId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What all transfers of one client share: connections, buffers, threads.
 *
 * <p>Transfers run on platform threads, because file I/O would pin the carrier of a virtual one.
 */
final class TransferResources implements AutoCloseable {
    /** Of a limited rate: so the next piece of a chunk comes every two seconds or so. */
    private static final long BYTES_PER_TRANSFER = 512 << 10;

    final Cluster cluster;
    final Connector connector;
    final DataFrameBuffers buffers;

    /** Spreads readers over the homes of a chunk. */
    final long readerSalt = java.util.concurrent.ThreadLocalRandom.current().nextLong();

    final TransferPermits transferPermits;
    final RateLimit rateLimit = new RateLimit();
    private final ExecutorService threads;
    private final AtomicInteger threadNumber = new AtomicInteger();

    /** {@code parallelism} and {@code openFiles} as in {@link ClientOptions}. */
    TransferResources(Cluster cluster, Connector connector, int parallelism, int openFiles) {
        this(cluster, connector, parallelism, buffers(openFiles));
    }

    /** {@code parallelism} as in {@link ClientOptions}; other clients may have the same buffers. */
    TransferResources(Cluster cluster, Connector connector, int parallelism, DataFrameBuffers buffers) {
        this.buffers = buffers;
        this.cluster = cluster;
        this.connector = connector;
        this.transferPermits = new TransferPermits(
                parallelism, connector::roundTrip, Runtime.getRuntime().availableProcessors());
        this.threads = Executors.newCachedThreadPool(task -> Thread.ofPlatform()
                .daemon()
                .name("trivet-transfer-" + threadNumber.incrementAndGet())
                .unstarted(task));
    }

    /** 32 MiB of direct memory at the most where nothing else is said, whatever is under way. */
    static DataFrameBuffers buffers(int openFiles) {
        return new DataFrameBuffers(TransferPermits.ALL + openFiles);
    }

    /**
     * Limits the bytes per second of all transfers; 0 for no limit. The fewer bytes, the fewer
     * chunks at once, so that no node waits long for the next piece of one.
     */
    void limitRate(long bytesPerSecond) {
        rateLimit.set(bytesPerSecond);
        transferPermits.limitTo(
                bytesPerSecond == 0
                        ? TransferPermits.ALL
                        : (int) Math.min(TransferPermits.ALL, bytesPerSecond / BYTES_PER_TRANSFER));
    }

    ClusterView view() {
        return cluster.view();
    }

    /**
     * Runs the task once for each of the chunks 1 to {@code count}, several at once: {@link
     * ChunkWorkers#run}.
     */
    void forEachChunk(int count, ChunkWorkers.Task task) throws IOException {
        new ChunkWorkers(this, count, task).run();
    }

    /** Throws {@link CancellationException} if another chunk of the same transfer has failed. */
    static void stopIf(AtomicBoolean cancelled) {
        if (cancelled.get()) {
            throw new CancellationException("another chunk failed");
        }
    }

    /** Runs a task on a transfer thread. */
    <T> Future<T> start(java.util.concurrent.Callable<T> task) {
        return threads.submit(RequestId.carriedCall(task));
    }

    /** Does each of the works once, as many at once as there may be files; returns when all are done. */
    void each(List<Runnable> works) {
        AtomicInteger next = new AtomicInteger();
        List<Future<?>> helpers = new ArrayList<>();
        for (int helper = 1; helper < Math.min(works.size(), transferPermits.files()); helper++) {
            helpers.add(start(() -> {
                some(works, next);
                return null;
            }));
        }
        some(works, next);
        for (Future<?> helper : helpers) {
            await(helper);
        }
    }

    private static void some(List<Runnable> works, AtomicInteger next) {
        for (int place = next.getAndIncrement(); place < works.size(); place = next.getAndIncrement()) {
            works.get(place).run();
        }
    }

    /** Not interrupted: each work ends by itself, and is told of by then. */
    private static void await(Future<?> helper) {
        boolean interrupted = false;
        while (true) {
            try {
                helper.get();
                break;
            } catch (InterruptedException ignored) {
                interrupted = true;
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
