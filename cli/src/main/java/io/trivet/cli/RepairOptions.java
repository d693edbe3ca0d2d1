package io.trivet.cli;

import io.trivet.repair.RepairSettings;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How a node repairs, as it is given on a command line. */
final class RepairOptions {
    private static final long MAX_SECONDS = 30L * 24 * 3600;

    @Option(
            names = "--repair-after",
            paramLabel = "SECONDS",
            description =
                    "A node that is silent for so long is laid out: others take over what it holds. ${DEFAULT-VALUE} without; the same on all nodes, since the leader decides.")
    long repairAfter = RepairSettings.USUAL.silentFor().toSeconds();

    /** Throws {@link WrongUsage} for a number out of range. */
    RepairSettings settings() {
        if (repairAfter < 1 || repairAfter > MAX_SECONDS) {
            throw new WrongUsage("--repair-after goes from 1 to " + MAX_SECONDS + " seconds, not " + repairAfter);
        }
        return RepairSettings.USUAL.withSilentFor(Duration.ofSeconds(repairAfter));
    }
}
