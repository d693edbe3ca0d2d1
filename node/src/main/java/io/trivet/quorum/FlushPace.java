package io.trivet.quorum;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * When the state is to be written to disk, so that a start after a power cut has little of the log
 * to apply again: after {@value #ENTRIES} entries, and not more often than every half minute, as
 * each time costs a file that RocksDB has to merge later. The first time comes soon after a start:
 * where the power fails again and again, no start is to begin where the one before did. One thread.
 */
final class FlushPace {
    static final int ENTRIES = 200;
    static final Duration EVERY = Duration.ofSeconds(30);
    static final Duration FIRST = Duration.ofSeconds(5);

    private final LongSupplier clock;
    private long nextNanos;
    private int entries;

    /** @param clock in nanoseconds, which never goes back */
    FlushPace(LongSupplier clock) {
        this.clock = clock;
        this.nextNanos = clock.getAsLong() + FIRST.toNanos();
    }

    /** One more entry was applied. Whether it is time. */
    boolean isDue() {
        entries++;
        return entries >= ENTRIES && clock.getAsLong() - nextNanos >= 0;
    }

    void flushed() {
        entries = 0;
        nextNanos = clock.getAsLong() + EVERY.toNanos();
    }
}
