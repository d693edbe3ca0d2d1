package io.trivet.node;

import java.time.Duration;

/**
 * How often a node looks after its chunks.
 *
 * @param sweepEvery a round over all chunks that asks which of them are dead takes this long at least
 * @param scrubEvery all chunks are read once in this time
 */
public record Upkeep(Duration sweepEvery, Duration scrubEvery) {
    public static final Upkeep USUAL = new Upkeep(Duration.ofHours(1), Duration.ofDays(30));

    public Upkeep {
        if (!sweepEvery.isPositive() || !scrubEvery.isPositive()) {
            throw new IllegalArgumentException("upkeep takes more than no time: " + sweepEvery + ", " + scrubEvery);
        }
    }
}
