package io.trivet.node;

import io.trivet.repair.RepairSettings;
import java.time.Duration;

/**
 * How often a node looks after its chunks.
 *
 * @param sweepEvery a round over all chunks that asks which of them are dead takes this long at least
 * @param scrubEvery all chunks are read once in this time
 * @param repair how it repairs
 * @param copyEvery after a change of the namespace its disks get a new copy of it this often at most
 */
public record Upkeep(Duration sweepEvery, Duration scrubEvery, RepairSettings repair, Duration copyEvery) {
    private static final Duration USUAL_COPY = Duration.ofSeconds(30);
    public static final Upkeep USUAL = new Upkeep(Duration.ofHours(1), Duration.ofDays(30), RepairSettings.USUAL);

    /** With the usual repair. */
    public Upkeep(Duration sweepEvery, Duration scrubEvery) {
        this(sweepEvery, scrubEvery, RepairSettings.USUAL);
    }

    /** With the usual copies of the namespace. */
    public Upkeep(Duration sweepEvery, Duration scrubEvery, RepairSettings repair) {
        this(sweepEvery, scrubEvery, repair, USUAL_COPY);
    }

    /** The same, but for how a node repairs. */
    public Upkeep with(RepairSettings settings) {
        return new Upkeep(sweepEvery, scrubEvery, settings, copyEvery);
    }

    public Upkeep {
        if (!sweepEvery.isPositive() || !scrubEvery.isPositive() || !copyEvery.isPositive()) {
            throw new IllegalArgumentException("upkeep takes more than no time: " + sweepEvery + ", " + scrubEvery);
        }
    }
}
