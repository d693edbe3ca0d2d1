package io.trivet.chunk;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Counts failures as a leaky bucket: one is forgotten every {@link #LEAK}, so that rare ones never
 * add up. Any thread.
 */
final class RecentFailures {
    static final Duration LEAK = Duration.ofMinutes(5);

    private final LongSupplier clock;
    private int count;
    private long leakedNanos;

    /** @param clock in nanoseconds, never goes back */
    RecentFailures(LongSupplier clock) {
        this.clock = clock;
        this.leakedNanos = clock.getAsLong();
    }

    /** Adds one and returns the current count. */
    synchronized int add() {
        long leaks = (clock.getAsLong() - leakedNanos) / LEAK.toNanos();
        leakedNanos += leaks * LEAK.toNanos();
        count = (int) Math.max(0, count - leaks) + 1;
        return count;
    }
}
