package io.trivet.cli.layout;

import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.placement.LayoutRequest;
import picocli.CommandLine.Command;

/** {@code trivet nodes zone}. */
@Command(
        name = "zone",
        sortOptions = false,
        header = "Says which nodes may fail together: the replicas of a chunk are put into different zones.",
        description = {
            "",
            "Give all nodes their zones in one command, or with --later one by one: zones that are set for some nodes only would move much and little of use. "
                    + "\"\" is no zone.",
            ""
        })
public final class ZoneCommand extends NodePropertyCommand {
    public ZoneCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected LayoutRequest.Description description(String node, String word) {
        return new LayoutRequest.Description(NodeNames.parse(node), null, word);
    }
}
