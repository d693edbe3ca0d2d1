package io.trivet.chunk;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * When to try again to take a disk into service: at once the first time, then with exponential
 * backoff, so that a disk that fails soon after each return is retried ever more rarely. One
 * thread.
 */
final class RetryBackoff {
    private static final Duration FIRST = Duration.ofSeconds(5);
    private static final Duration LONGEST_ABSENCE = Duration.ofMinutes(1);
    private static final Duration LONGEST_RELAPSE = Duration.ofHours(1);

    /** A disk that served for this long is as good as new. */
    private static final Duration SOUND_AFTER = Duration.ofHours(1);

    private final LongSupplier clock;
    private long servedFromNanos;
    private long notBeforeNanos;
    private Duration absence = Duration.ZERO;
    private Duration relapse = Duration.ZERO;
    private boolean out;

    /** @param clock in nanoseconds, never goes back */
    RetryBackoff(LongSupplier clock) {
        this.clock = clock;
        this.servedFromNanos = clock.getAsLong();
        this.notBeforeNanos = servedFromNanos;
    }

    /** Whether to try now to take the disk back. */
    boolean isOver() {
        long now = clock.getAsLong();
        if (!out) {
            out = true;
            relapse = now - servedFromNanos > SOUND_AFTER.toNanos() ? Duration.ZERO : relapse;
            notBeforeNanos = now + relapse.toNanos();
            relapse = doubled(relapse, LONGEST_RELAPSE);
        }
        return now - notBeforeNanos >= 0;
    }

    /** The attempt failed. */
    void failed() {
        absence = doubled(absence, LONGEST_ABSENCE);
        notBeforeNanos = clock.getAsLong() + absence.toNanos();
    }

    /** The disk serves again. */
    void succeeded() {
        out = false;
        absence = Duration.ZERO;
        servedFromNanos = clock.getAsLong();
    }

    private static Duration doubled(Duration pause, Duration longest) {
        Duration next = pause.isZero() ? FIRST : pause.multipliedBy(2);
        return next.compareTo(longest) < 0 ? next : longest;
    }
}
