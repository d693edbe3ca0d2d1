package io.trivet.node;

import io.trivet.repair.RepairSettings;
import java.time.Duration;

/**
 * How often a node looks after its chunks.
 *
 * @param sweepEvery a round over all chunks that asks which of them are dead takes this long at
 *     least
 * @param scrubEvery all chunks are read once in this time
 * @param repair how it repairs
 * @param copyEvery after a change of the namespace its disks get a new copy of it this often at
 *     most
 * @param certificateLife how long the certificates are good that this node signs: its own, and as
 *     leader those of others; they are renewed when a third is left
 */
public record MaintenanceSettings(
        Duration sweepEvery, Duration scrubEvery, RepairSettings repair, Duration copyEvery, Duration certificateLife) {
    /** Shorter ones could not be renewed in time. */
    public static final Duration MIN_CERTIFICATE_LIFE = Duration.ofSeconds(3);

    private static final Duration USUAL_COPY = Duration.ofSeconds(30);
    private static final Duration USUAL_CERTIFICATE = Duration.ofDays(90);
    public static final MaintenanceSettings USUAL =
            new MaintenanceSettings(Duration.ofHours(1), Duration.ofDays(30), RepairSettings.USUAL);

    /** With the usual repair. */
    public MaintenanceSettings(Duration sweepEvery, Duration scrubEvery) {
        this(sweepEvery, scrubEvery, RepairSettings.USUAL);
    }

    /** With the usual copies of the namespace, and the usual certificates. */
    public MaintenanceSettings(Duration sweepEvery, Duration scrubEvery, RepairSettings repair) {
        this(sweepEvery, scrubEvery, repair, USUAL_COPY);
    }

    /** With the usual certificates. */
    public MaintenanceSettings(Duration sweepEvery, Duration scrubEvery, RepairSettings repair, Duration copyEvery) {
        this(sweepEvery, scrubEvery, repair, copyEvery, USUAL_CERTIFICATE);
    }

    /** The same, but for how long certificates are good. */
    public MaintenanceSettings withCertificateLife(Duration life) {
        return new MaintenanceSettings(sweepEvery, scrubEvery, repair, copyEvery, life);
    }

    /** The same, but for how a node repairs. */
    public MaintenanceSettings with(RepairSettings settings) {
        return new MaintenanceSettings(sweepEvery, scrubEvery, settings, copyEvery, certificateLife);
    }

    public MaintenanceSettings {
        if (!sweepEvery.isPositive() || !scrubEvery.isPositive() || !copyEvery.isPositive()) {
            throw new IllegalArgumentException("upkeep takes more than no time: " + sweepEvery + ", " + scrubEvery);
        }
        if (certificateLife.compareTo(MIN_CERTIFICATE_LIFE) < 0) {
            throw new IllegalArgumentException("a certificate is good for at least " + MIN_CERTIFICATE_LIFE);
        }
    }
}
