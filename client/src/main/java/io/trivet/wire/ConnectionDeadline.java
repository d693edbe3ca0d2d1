package io.trivet.wire;

import java.time.Duration;

/**
 * When a wait on a connection ends: at a deadline, or when the peer has been silent too long. One
 * thread at a time sets it; any thread may check it or mark it as expired.
 */
final class ConnectionDeadline {
    /** Longer than any deadline: the peer may be silent until the deadline. */
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

    /** Moves the deadline to at most this time after the last byte. */
    void shorten(Duration fromLastByte) {
        deadlineNanos = Math.min(deadlineNanos - movedNanos, fromLastByte.toNanos()) + movedNanos;
    }

    /** No wait is in progress. */
    void rest() {
        timed = false;
    }

    void moved() {
        movedNanos = ProcessClock.nanos();
    }

    boolean isOverdue(long nowNanos) {
        return timed && (nowNanos - deadlineNanos > 0 || nowNanos - movedNanos > silenceNanos);
    }

    /** Whether a wait is in progress and no byte has moved since that time. */
    boolean isQuietSince(long nanos) {
        return timed && movedNanos - nanos < 0;
    }

    /** Marks the wait as timed out. */
    void expire() {
        expired = true;
    }

    boolean isExpired() {
        return expired;
    }
}
