package io.trivet.cli;

import io.trivet.repair.RepairSettings;
import picocli.CommandLine.Option;

/** How the nodes of a trial repair, as it is given on a command line. */
final class RepairOptions {
    @Option(
            names = "--repair-after",
            paramLabel = "TIME",
            description =
                    "A node that is silent for so long, like 30s or 10min, is laid out: others take over what it holds. ${DEFAULT-VALUE} without.")
    String repairAfter = Setting.REPAIR_AFTER.usual();

    /** Throws {@link WrongUsage} for a time that is none, or out of range. */
    RepairSettings settings() {
        try {
            Setting.REPAIR_AFTER.form().check(repairAfter);
        } catch (IllegalArgumentException e) {
            throw new WrongUsage(Text.of("{0}: {1}", "--repair-after", Complaint.reason(e)));
        }
        return RepairSettings.USUAL.withSilentFor(Measure.time(repairAfter));
    }
}
