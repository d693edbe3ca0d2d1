package io.trivet.repair;

import io.trivet.model.RebalanceSettings;
import java.time.Duration;

/**
 * How repair goes about its work.
 *
 * @param silentFor a node silent for so long is laid out: its slots get new homes
 * @param roundEvery a node compares its slots with all others this often when nothing has happened
 * @param retryEvery and this often while something is owed or could not be compared
 * @param bytesPerSecond a node pulls at most this much; a quarter of it while users' transfers are under way
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

    /** The same, but for how long a node may be silent. */
    public RepairSettings withSilentFor(Duration silence) {
        return new RepairSettings(silence, roundEvery, retryEvery, bytesPerSecond);
    }
}
