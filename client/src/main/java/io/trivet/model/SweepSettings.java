package io.trivet.model;

import java.time.Duration;

/**
 * Whether nodes delete the chunks of dead ids (rule 4), and how long they keep those of removed
 * files (rule 5).
 *
 * @param grace from the removal on; longer than any read in progress
 */
public record SweepSettings(boolean on, Duration grace) {
    public static final Duration USUAL_GRACE = Duration.ofHours(1);
    public static final SweepSettings USUAL = new SweepSettings(true, USUAL_GRACE);
}
