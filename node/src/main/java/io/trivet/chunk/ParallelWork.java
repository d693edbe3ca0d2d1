package io.trivet.chunk;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Runs the same small work on many files of one disk in 8 threads: most of it is waiting, and a
 * disk with several requests can order them.
 */
final class ParallelWork {
    private static final int THREADS = 8;

    private ParallelWork() {}

    /** The work on one thing. */
    @FunctionalInterface
    interface Work<T> {
        void on(T thing) throws IOException;
    }

    /**
     * Returns when all is done. After the first failure nothing more is begun, and that failure is
     * thrown. The calling thread works too.
     */
    static <T> void each(List<T> things, Work<T> work) throws IOException {
        AtomicInteger next = new AtomicInteger();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Runnable some = () -> some(things, work, next, failure);
        List<Thread> helpers = IntStream.range(1, Math.min(THREADS, things.size()))
                .mapToObj(number ->
                        Thread.ofPlatform().daemon().name("disk-" + number).start(some))
                .toList();
        some.run();
        helpers.forEach(ParallelWork::join);
        throwIfFailed(failure.get());
    }

    /** Like {@link #each}, for work that keeps its failures to itself. */
    static <T> void all(List<T> things, Consumer<T> work) {
        try {
            each(things, work::accept);
        } catch (IOException e) {
            throw new IllegalStateException("this work throws none", e);
        }
    }

    private static <T> void some(
            List<T> things, Work<T> work, AtomicInteger next, AtomicReference<@Nullable Throwable> failure) {
        try {
            for (int at = next.getAndIncrement();
                    at < things.size() && failure.get() == null;
                    at = next.getAndIncrement()) {
                work.on(things.get(at));
            }
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
        }
    }

    /** The helpers use files, so they are joined and never interrupted. */
    private static void join(Thread helper) {
        boolean interrupted = false;
        while (true) {
            try {
                helper.join();
                break;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void throwIfFailed(@Nullable Throwable failure) throws IOException {
        switch (failure) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failure);
        }
    }
}
