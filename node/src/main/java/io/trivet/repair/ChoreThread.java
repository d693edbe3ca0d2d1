package io.trivet.repair;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.thread.VitalThreads;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a chore on a platform thread until it is closed. After a unit that fails, with an exception
 * or an error such as a lack of memory, it pauses and runs the next. It logs the first of several
 * failures and then one in {@link LogRateLimit#EVERY}, but none for the lack of a leader.
 */
public final class ChoreThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChoreThread.class);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);
    private static final Duration WHILE_WAITING = Duration.ofSeconds(1);

    private final CountDownLatch ended = new CountDownLatch(1);
    private final LogRateLimit failures = new LogRateLimit();
    private final Duration afterFailure;

    public ChoreThread(String name, Chore chore) {
        this(name, chore, AFTER_FAILURE);
    }

    private ChoreThread(String name, Chore chore, Duration afterFailure) {
        this.afterFailure = afterFailure;
        VitalThreads.start(name, () -> run(name, chore));
    }

    /** Runs {@code round} repeatedly, with this pause in between, whether it failed or not. */
    public static ChoreThread every(Duration period, String name, Runnable round) {
        return new ChoreThread(
                name,
                () -> {
                    round.run();
                    return period;
                },
                period);
    }

    private void run(String name, Chore chore) {
        try {
            Duration rest = Duration.ZERO;
            while (!ended.await(rest.toNanos(), TimeUnit.NANOSECONDS)) {
                rest = step(name, chore);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Survives errors too: the memory of a failed unit is free again, and one chore must not end
     * the node.
     */
    private Duration step(String name, Chore chore) {
        try {
            return chore.step();
        } catch (Throwable e) {
            if (isWaiting(e)) {
                return WHILE_WAITING;
            }
            failures.pass(name)
                    .ifPresent(passedOver -> LOG.warn(
                            "chore failed name={} cause=\"{}\" unlogged={}", name, e.toString(), passedOver, trace(e)));
            return afterFailure;
        }
    }

    /** Shows where a bug is. A refusal's message says enough. */
    private static @Nullable Throwable trace(Throwable failure) {
        return failure instanceof TrivetException ? null : failure;
    }

    /** Without a leader, as at the start or during an election, the chore can only wait. */
    private static boolean isWaiting(Throwable failure) {
        return failure instanceof TrivetException refused
                && (refused.kind() == Refusal.Kind.NO_QUORUM || refused.kind() == Refusal.Kind.NOT_LEADER);
    }

    /** Begins no further unit. Does not interrupt the thread, which may be inside a file. */
    @Override
    public void close() {
        ended.countDown();
    }
}
