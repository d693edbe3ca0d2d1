package io.trivet.cli.node;

import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.Units;
import io.trivet.cli.text.WrongUsage;
import io.trivet.repair.RepairSettings;
import picocli.CommandLine.Option;

/** The repair settings of a trial's nodes on the command line. */
final class RepairOptions {
    @Option(
            names = "--repair-after",
            paramLabel = "TIME",
            description =
                    "A node that is silent for so long, like 30s or 10min, is laid out: others take over what it holds. ${DEFAULT-VALUE} without.")
    String repairAfter = NodeSetting.REPAIR_AFTER.usual();

    /** Throws {@link WrongUsage} for an invalid time, or one out of range. */
    RepairSettings settings() {
        try {
            NodeSetting.REPAIR_AFTER.form().check(repairAfter);
        } catch (IllegalArgumentException e) {
            throw new WrongUsage(Text.of("{0}: {1}", "--repair-after", ErrorMessage.reason(e)));
        }
        return RepairSettings.USUAL.withSilentFor(Units.time(repairAfter));
    }
}
