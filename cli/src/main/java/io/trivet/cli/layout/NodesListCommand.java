package io.trivet.cli.layout;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.status.NodesTable;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import io.trivet.client.TrivetClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code trivet nodes list}. */
@Command(
        name = "list",
        sortOptions = false,
        header = "Shows the nodes and the part that each has in the layout.",
        description = {
            "",
            "part: in; new (no slots yet); out (silent, others took over); draining, drained; removed. The weight of an ordinary node is 1; it follows the "
                    + "capacity of the disks unless it was set (marked *).",
            ""
        })
public final class NodesListCommand extends ClusterCommand {
    @Option(
            names = "--json",
            description =
                    "As JSON: {\"nodes\":[{\"name\",\"address\",\"state\",\"part\",\"weight\",\"weightSet\",\"zone\",\"slots\",\"usedBytes\","
                            + "\"freeBytes\",\"capacityBytes\",\"master\",\"toHandBack\",\"empty\",\"maySwitchOff\",\"votes\",\"seatTrouble\"}],\"layoutVersion\",\"replicas\","
                            + "\"settled\",\"paused\",\"bytesPerSecond\",\"automatic\",\"rebalanceProposed\"}.")
    boolean json;

    @Option(
            names = "--slots",
            description =
                    "With --json: also \"homes\", the nodes of each slot in the newest layout, and \"before\", the same of the one that data still moves from, or null.")
    boolean slots;

    public NodesListCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected void check() {
        if (slots && !json) {
            throw new WrongUsage(Text.of("{0} needs {1}", "--slots", "--json"));
        }
    }

    @Override
    protected int run(TrivetClient client) {
        NodesTable table = new NodesTable(client.layout().nodes());
        if (json) {
            console.say(slots ? table.slots(table.json()) : table.json());
        } else {
            console.table(table.lines());
        }
        return ExitCode.DONE;
    }
}
