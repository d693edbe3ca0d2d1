package io.trivet.wire;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * How fast one connection of a stranger gets answers: {@value #BURST} at once, then one in {@link
 * #EVERY}, which is more often than a client asks whether a slow node still runs. So a stranger who
 * wants more of a node pays for it with handshakes, which cost both sides alike. Whoever logged in,
 * or showed a token, is no stranger. The thread that serves the connection.
 */
final class StrangerPace {
    static final int BURST = 32;
    static final Duration EVERY = Duration.ofMillis(500);

    private final LongSupplier clock;
    private long readyNanos;
    private int left = BURST;

    StrangerPace() {
        this(System::nanoTime);
    }

    /** @param clock in nanoseconds, never goes back */
    StrangerPace(LongSupplier clock) {
        this.clock = clock;
        this.readyNanos = clock.getAsLong();
    }

    /** Waits until the next request may be answered; at most {@link #EVERY}. */
    void await() {
        long end = clock.getAsLong() + waitNanos();
        for (long rest = end - clock.getAsLong(); rest > 0; rest = end - clock.getAsLong()) {
            LockSupport.parkNanos(this, rest);
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
        }
    }

    /** For how long the next request has to wait, which is taken as answered then. */
    long waitNanos() {
        long now = clock.getAsLong();
        long every = EVERY.toNanos();
        long regained = Math.min(BURST - left, Math.max(0, now - readyNanos) / every);
        left += (int) regained;
        readyNanos += regained * every;
        if (left == BURST) {
            readyNanos = now;
        }
        if (left > 0) {
            left--;
            return 0;
        }
        long wait = Math.max(0, readyNanos + every - now);
        readyNanos += every;
        return wait;
    }
}
