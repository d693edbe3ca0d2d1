package io.trivet.client;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A budget of time for trying again, with pauses that grow. The only place where the client retries. One thread. */
final class Patience {
    private static final long FIRST_PAUSE_NANOS = 20_000_000;
    private static final long LONGEST_PAUSE_NANOS = 500_000_000;

    private final long endNanos;
    private long pauseNanos = FIRST_PAUSE_NANOS;

    Patience(Duration budget) {
        endNanos = System.nanoTime() + budget.toNanos();
    }

    boolean isOver() {
        return System.nanoTime() - endNanos >= 0;
    }

    /** Waits a little before the next try; throws the failure of the last one when the budget is used up or no retry can help. */
    void pauseOrThrow(TrivetException last) {
        if ((!last.refusal().kind().retryable() && last.kind() != Refusal.Kind.OUTCOME_UNKNOWN) || isOver()) {
            throw last;
        }
        if (Thread.currentThread().isInterrupted()) {
            throw last;
        }
        LockSupport.parkNanos(Math.min(pauseNanos, Math.max(1, endNanos - System.nanoTime())));
        pauseNanos = Math.min(LONGEST_PAUSE_NANOS, pauseNanos * 2);
    }
}
