package io.trivet.node;

import io.trivet.chunk.StoreSettings;
import io.trivet.repair.RepairSettings;
import java.time.Duration;

/**
 * How a node stores its chunks, and how often it maintains them, copies and certificates.
 *
 * @param sweepEvery the shortest time for a sweep over all chunks
 * @param scrubEvery the time in which all chunks are read once
 * @param repair the settings of repair
 * @param copyEvery the shortest time between two copies of a changed namespace on its disks
 * @param certificateLife the life of the certificates that this node signs: its own, and as leader
 *     those of others; they are renewed when a third is left
 * @param smallChunkBytes chunks of up to so many bytes share files on its disks; 0 for none
 */
public record MaintenanceSettings(
        Duration sweepEvery,
        Duration scrubEvery,
        RepairSettings repair,
        Duration copyEvery,
        Duration certificateLife,
        int smallChunkBytes) {
    /** Shorter-lived ones could not be renewed in time. */
    public static final Duration MIN_CERTIFICATE_LIFE = Duration.ofSeconds(3);

    private static final Duration USUAL_COPY = Duration.ofSeconds(30);
    private static final Duration USUAL_CERTIFICATE = Duration.ofDays(90);
    public static final MaintenanceSettings USUAL =
            new MaintenanceSettings(Duration.ofHours(1), Duration.ofDays(30), RepairSettings.USUAL);

    /** With the default repair. */
    public MaintenanceSettings(Duration sweepEvery, Duration scrubEvery) {
        this(sweepEvery, scrubEvery, RepairSettings.USUAL);
    }

    /** With the default copies of the namespace and the default certificates. */
    public MaintenanceSettings(Duration sweepEvery, Duration scrubEvery, RepairSettings repair) {
        this(sweepEvery, scrubEvery, repair, USUAL_COPY);
    }

    /** With the default certificates. */
    public MaintenanceSettings(Duration sweepEvery, Duration scrubEvery, RepairSettings repair, Duration copyEvery) {
        this(sweepEvery, scrubEvery, repair, copyEvery, USUAL_CERTIFICATE);
    }

    /** With the default small chunks. */
    public MaintenanceSettings(
            Duration sweepEvery,
            Duration scrubEvery,
            RepairSettings repair,
            Duration copyEvery,
            Duration certificateLife) {
        this(sweepEvery, scrubEvery, repair, copyEvery, certificateLife, StoreSettings.USUAL_SMALL_BYTES);
    }

    /** The same settings with other small chunks. */
    public MaintenanceSettings withSmallChunks(int bytes) {
        return new MaintenanceSettings(sweepEvery, scrubEvery, repair, copyEvery, certificateLife, bytes);
    }

    /** The same settings with another life of certificates. */
    public MaintenanceSettings withCertificateLife(Duration life) {
        return new MaintenanceSettings(sweepEvery, scrubEvery, repair, copyEvery, life, smallChunkBytes);
    }

    /** The same settings with other settings of repair. */
    public MaintenanceSettings with(RepairSettings settings) {
        return new MaintenanceSettings(sweepEvery, scrubEvery, settings, copyEvery, certificateLife, smallChunkBytes);
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
