package io.trivet.quorum;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * When to write the state to disk, so that a start after a power failure has few log entries to
 * apply again: after {@value #ENTRIES} entries, but at most every {@link #EVERY}, because each time
 * costs a file that RocksDB has to merge later. The first time comes soon after a start, so that
 * starts make progress even if the power fails repeatedly. One thread.
 */
final class StateFlushPace {
    static final int ENTRIES = 200;
    static final Duration EVERY = Duration.ofSeconds(30);
    static final Duration FIRST = Duration.ofSeconds(5);

    private final LongSupplier clock;
    private long nextNanos;
    private int entries;

    /** @param clock in nanoseconds, never goes back */
    StateFlushPace(LongSupplier clock) {
        this.clock = clock;
        this.nextNanos = clock.getAsLong() + FIRST.toNanos();
    }

    /** Counts an applied entry. Returns whether the state should be written now. */
    boolean isDue() {
        entries++;
        return entries >= ENTRIES && clock.getAsLong() - nextNanos >= 0;
    }

    void flushed() {
        entries = 0;
        nextNanos = clock.getAsLong() + EVERY.toNanos();
    }
}
