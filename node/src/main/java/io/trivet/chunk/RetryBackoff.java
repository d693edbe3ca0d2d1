package io.trivet.chunk;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * When to try again to take a disk into service: at once for the first time, then with exponential
 * backoff, so that a disk that fails soon after it was taken back is not taken back for ever. One
 * thread.
 */
final class RetryBackoff {
    private static final Duration FIRST = Duration.ofSeconds(5);
    private static final Duration LONGEST_ABSENCE = Duration.ofMinutes(1);
    private static final Duration LONGEST_RELAPSE = Duration.ofHours(1);

    /** A disk that served for so long starts anew. */
    private static final Duration SOUND_AFTER = Duration.ofHours(1);

    private final LongSupplier clock;
    private long servedFromNanos;
    private long notBeforeNanos;
    private Duration absence = Duration.ZERO;
    private Duration relapse = Duration.ZERO;
    private boolean out;

    /** @param clock in nanoseconds, which never goes back */
    RetryBackoff(LongSupplier clock) {
        this.clock = clock;
        this.servedFromNanos = clock.getAsLong();
        this.notBeforeNanos = servedFromNanos;
    }

    /** Whether a disk that does not serve should be tried now. */
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

    /** It could not be taken into service. */
    void failed() {
        absence = doubled(absence, LONGEST_ABSENCE);
        notBeforeNanos = clock.getAsLong() + absence.toNanos();
    }

    /** It serves again. */
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
