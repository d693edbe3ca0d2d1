package io.trivet.wire;

import java.time.Duration;

/**
 * When a wait on a connection ends: at a deadline, or after too long a silence of the peer. One
 * thread at a time sets it; any thread may check it or expire it.
 */
final class ConnectionDeadline {
    /** Longer than any deadline: the peer may be silent until then. */
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

    /** Shortens the deadline to at most this time after the last byte. */
    void shorten(Duration fromLastByte) {
        deadlineNanos = Math.min(deadlineNanos - movedNanos, fromLastByte.toNanos()) + movedNanos;
    }

    /** No thread waits from now on. */
    void rest() {
        timed = false;
    }

    void moved() {
        movedNanos = ProcessClock.nanos();
    }

    boolean isOverdue(long nowNanos) {
        return timed && (nowNanos - deadlineNanos > 0 || nowNanos - movedNanos > silenceNanos);
    }

    /** Whether a thread waits and no byte has moved since that time. */
    boolean isQuietSince(long nanos) {
        return timed && movedNanos - nanos < 0;
    }

    void expire() {
        expired = true;
    }

    boolean isExpired() {
        return expired;
    }
}
