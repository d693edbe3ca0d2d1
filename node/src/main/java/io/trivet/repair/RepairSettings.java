package io.trivet.repair;

import io.trivet.model.RebalanceSettings;
import java.time.Duration;

/**
 * Settings of repair.
 *
 * @param silentFor a node that is silent for so long is laid out: its slots get new homes
 * @param roundEvery how often a node compares its slots with all others if nothing has happened
 * @param retryEvery how often it does so while something is owed or could not be compared
 * @param bytesPerSecond the most that a node pulls; a quarter of it while users' transfers are in
 *     progress
 */
public record RepairSettings(Duration silentFor, Duration roundEvery, Duration retryEvery, long bytesPerSecond) {
    public static final RepairSettings USUAL = new RepairSettings(
            Duration.ofMinutes(10),
            Duration.ofSeconds(60),
            Duration.ofSeconds(5),
            RebalanceSettings.USUAL_BYTES_PER_SECOND);

    public RepairSettings {
        if (!silentFor.isPositive() || !roundEvery.isPositive() || !retryEvery.isPositive() || bytesPerSecond < 1) {
            throw new IllegalArgumentException("repair takes more than no time, and moves more than no bytes");
        }
    }

    /** The same settings with another {@code silentFor}. */
    public RepairSettings withSilentFor(Duration silence) {
        return new RepairSettings(silence, roundEvery, retryEvery, bytesPerSecond);
    }
}
