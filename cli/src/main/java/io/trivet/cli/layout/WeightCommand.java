package io.trivet.cli.layout;

import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import io.trivet.model.NodeShare;
import io.trivet.placement.LayoutRequest;
import picocli.CommandLine.Command;

/** {@code trivet nodes weight}. */
@Command(
        name = "weight",
        sortOptions = false,
        header = "Sets how much a node holds, compared with an ordinary one.",
        description = {
            "",
            "1 is an ordinary node, 2 holds twice as much, 0.5 half; \"auto\" follows the capacity of its disks, as every node does at first. One node can hold "
                    + "at most one replica of each chunk.",
            ""
        })
public final class WeightCommand extends NodePropertyCommand {
    public WeightCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected LayoutRequest.Description description(String node, String word) {
        return new LayoutRequest.Description(NodeNames.parse(node), percent(word), null);
    }

    private static int percent(String word) {
        if (word.equals("auto")) {
            return 0;
        }
        if (!word.matches("\\d{1,3}(\\.\\d{1,2})?")) {
            throw new WrongUsage(Text.of("a weight is a number like 2 or 0.5, or auto, not {0}", word));
        }
        int percent = (int) Math.round(Double.parseDouble(word) * 100);
        if (percent < 1 || percent > NodeShare.MAX_PERCENT) {
            throw new WrongUsage(
                    Text.of("a weight goes from {0} to {1}, not {2}", "0.01", NodeShare.MAX_PERCENT / 100, word));
        }
        return percent;
    }
}
