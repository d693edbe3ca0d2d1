package io.trivet.client;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.ProcessClock;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * A time budget for retries, with exponential backoff. The only place where the client retries.
 * Time in which this process did not run does not count ({@link ProcessClock}). One thread.
 */
final class Backoff {
    private static final long FIRST_PAUSE_NANOS = 20_000_000;

    /**
     * Without a leader each try costs the masters a handshake: many clients that try often could
     * prevent an election.
     */
    private static final long LONGEST_PAUSE_NANOS = 2_000_000_000;

    private long endNanos;
    private long pauseNanos = FIRST_PAUSE_NANOS;

    Backoff(Duration budget) {
        endNanos = ProcessClock.nanos() + budget.toNanos();
    }

    boolean isOver() {
        return ProcessClock.nanos() - endNanos >= 0;
    }

    /** Adds time that was spent on an attempt with some success, so that it does not count. */
    void exclude(long nanos) {
        endNanos += nanos;
    }

    /**
     * A node at another node's address answers {@code WRONG_NODE}. A retry helps, because the new
     * address of the node becomes known once it is published.
     */
    private static boolean canHelp(Refusal.Kind kind) {
        return kind.retryable() || kind == Refusal.Kind.OUTCOME_UNKNOWN || kind == Refusal.Kind.WRONG_NODE;
    }

    /**
     * Pauses before the next try. Throws {@code last} if the budget is used up, no retry can help,
     * or the thread is interrupted.
     */
    void pauseOrThrow(TrivetException last) {
        if (!canHelp(last.kind()) || isOver()) {
            throw last;
        }
        if (Thread.currentThread().isInterrupted()) {
            throw last;
        }
        // Jitter spreads clients that lost the same leader.
        long jittered = ThreadLocalRandom.current().nextLong(pauseNanos / 2, pauseNanos + 1);
        LockSupport.parkNanos(Math.min(jittered, Math.max(1, endNanos - ProcessClock.nanos())));
        pauseNanos = Math.min(LONGEST_PAUSE_NANOS, pauseNanos * 2);
    }
}
