package io.trivet.client;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The worker threads of one file's transfer. Each holds a permit of the client's {@link
 * TransferPermits}: one worker at first, more while permits are free, fewer while other files wait
 * for one.
 */
final class ChunkWorkers {
    private final TransferResources transferResources;
    private final TransferPermits transferPermits;
    private final int count;
    private final Task task;
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private final AtomicInteger next = new AtomicInteger(1);
    private final AtomicInteger working = new AtomicInteger();

    /** A worker adds every worker that it starts before it ends. */
    private final Queue<Future<?>> workers = new ConcurrentLinkedQueue<>();

    /** The work on chunk {@code number}. Stops early by an exception if {@code cancelled}. */
    interface Task {
        void run(int number, AtomicBoolean cancelled) throws IOException;
    }

    /** For the chunks 1 to {@code count}. */
    ChunkWorkers(TransferResources transferResources, int count, Task task) {
        this.transferResources = transferResources;
        this.transferPermits = transferResources.transferPermits;
        this.count = count;
        this.task = task;
    }

    /**
     * Runs the task once for each chunk. The first failure cancels the rest and is thrown when all
     * have stopped. The calling thread itself does the work of a single chunk.
     */
    void run() throws IOException {
        transferPermits.enter();
        if (count == 1 && !Thread.currentThread().isVirtual()) {
            try {
                task.run(1, cancelled);
            } finally {
                transferPermits.leave();
            }
            return;
        }
        working.incrementAndGet();
        begin();
        awaitAll();
    }

    /** Starts a worker that is already counted and has a permit. */
    private void begin() {
        workers.add(transferResources.start(() -> {
            try {
                work();
            } catch (Throwable e) {
                cancelled.set(true);
                throw e;
            } finally {
                transferPermits.leave();
            }
            return null;
        }));
    }

    private void work() throws IOException {
        for (int number = take(); number <= count && !cancelled.get(); number = take()) {
            beginMore();
            task.run(number, cancelled);
            if (transferPermits.areWanted() && isNotTheLast()) {
                return;
            }
        }
        working.decrementAndGet();
    }

    private int take() {
        return next.getAndIncrement();
    }

    private void beginMore() {
        while (next.get() <= count && working.get() < transferPermits.ofOneFile() && transferPermits.enterIfFree()) {
            if (!join()) {
                transferPermits.leave();
                return;
            }
            begin();
        }
    }

    /**
     * Counts one more worker, unless the file has enough. Only with a permit: else the last worker
     * could end because it counts on one that does not start.
     */
    private boolean join() {
        int most = transferPermits.ofOneFile();
        return working.getAndUpdate(before -> before < most ? before + 1 : before) < most;
    }

    /** True if another worker remains: this one is then no longer counted and may end. */
    private boolean isNotTheLast() {
        return working.getAndUpdate(before -> before > 1 ? before - 1 : before) > 1;
    }

    private void awaitAll() throws IOException {
        @Nullable Exception first = null;
        for (Future<?> worker = workers.poll(); worker != null; worker = workers.poll()) {
            try {
                worker.get();
            } catch (ExecutionException e) {
                first = worse(first, e.getCause() instanceof Exception cause ? cause : e);
            } catch (InterruptedException e) {
                cancelled.set(true);
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

    /** Prefers a real failure to a cancellation that it caused. */
    private static Exception worse(@Nullable Exception first, Exception next) {
        return first == null || first instanceof CancellationException ? next : first;
    }
}
