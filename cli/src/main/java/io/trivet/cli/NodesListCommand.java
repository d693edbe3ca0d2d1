package io.trivet.cli;

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
final class NodesListCommand extends ClusterCommand {
    @Option(
            names = "--json",
            description =
                    "As JSON: {\"nodes\":[{\"name\",\"address\",\"state\",\"part\",\"weight\",\"weightSet\",\"zone\",\"slots\",\"usedBytes\","
                            + "\"freeBytes\",\"capacityBytes\",\"master\",\"toHandBack\",\"empty\",\"maySwitchOff\"}],\"layoutVersion\",\"replicas\","
                            + "\"settled\",\"paused\",\"bytesPerSecond\",\"automatic\",\"rebalanceProposed\"}.")
    boolean json;

    NodesListCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    int run(Remote remote) {
        NodesTable table = new NodesTable(remote.nodes());
        if (json) {
            console.say(table.json());
        } else {
            console.table(table.lines());
        }
        return Program.DONE;
    }
}
