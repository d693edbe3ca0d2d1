package io.trivet.wire;

import java.time.Duration;

/**
 * When the wait on a connection ends: at a deadline, or after too long a silence of the other side.
 * One thread at a time sets it; any thread may look, and say that it has passed.
 */
final class ConnectionDeadline {
    /** Longer than any deadline: the other side may be silent until then. */
    static final Duration NO_SILENCE = Duration.ofDays(1);

    private volatile long deadlineNanos;
    private volatile long movedNanos = ProcessClock.nanos();
    private volatile long silenceNanos = NO_SILENCE.toNanos();
    private volatile boolean timed;
    private volatile boolean expired;

    void set(Duration limit, Duration silence) {
        long now = ProcessClock.nanos();
        movedNanos = now;
        silenceNanos = silence.toNanos();
        deadlineNanos = now + limit.toNanos();
        timed = true;
    }

    /** From the last byte on it is no later than this. */
    void shorten(Duration fromLastByte) {
        deadlineNanos = Math.min(deadlineNanos - movedNanos, fromLastByte.toNanos()) + movedNanos;
    }

    /** Nobody waits. */
    void rest() {
        timed = false;
    }

    /** A byte has moved. */
    void moved() {
        movedNanos = ProcessClock.nanos();
    }

    boolean isOverdue(long nowNanos) {
        return timed && (nowNanos - deadlineNanos > 0 || nowNanos - movedNanos > silenceNanos);
    }

    /** Whether somebody waits and no byte has moved since that time. */
    boolean isQuietSince(long nanos) {
        return timed && movedNanos - nanos < 0;
    }

    /** The wait is ended. */
    void expire() {
        expired = true;
    }

    boolean isExpired() {
        return expired;
    }
}
