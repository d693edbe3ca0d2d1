package io.trivet.client;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.ProcessClock;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * A budget of time for trying again, with pauses that grow. The only place where the client
 * retries. Time in which this process did not run does not count ({@link ProcessClock}). One
 * thread.
 */
final class Backoff {
    private static final long FIRST_PAUSE_NANOS = 20_000_000;

    /**
     * While there is no leader each try costs the masters a handshake: many clients that try often
     * would be what keeps them from electing one.
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

    /** So much of the time was spent on an attempt that got somewhere, and does not count. */
    void exclude(long nanos) {
        endNanos += nanos;
    }

    /**
     * Who took the address of another node says so at once; where that one is is known again when
     * its new address is published.
     */
    private static boolean canHelp(Refusal.Kind kind) {
        return kind.retryable() || kind == Refusal.Kind.OUTCOME_UNKNOWN || kind == Refusal.Kind.WRONG_NODE;
    }

    /**
     * Waits a little before the next try; throws the failure of the last one when the budget is
     * used up or no retry can help.
     */
    void pauseOrThrow(TrivetException last) {
        if (!canHelp(last.kind()) || isOver()) {
            throw last;
        }
        if (Thread.currentThread().isInterrupted()) {
            throw last;
        }
        // Of many clients that lost the same leader each comes at another moment.
        long jittered = ThreadLocalRandom.current().nextLong(pauseNanos / 2, pauseNanos + 1);
        LockSupport.parkNanos(Math.min(jittered, Math.max(1, endNanos - ProcessClock.nanos())));
        pauseNanos = Math.min(LONGEST_PAUSE_NANOS, pauseNanos * 2);
    }
}
