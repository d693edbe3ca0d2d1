package io.trivet.cli;

import io.trivet.placement.Wish;
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
final class ZoneCommand extends DescribeCommand {
    ZoneCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    Wish.Description description(String node, String word) {
        return new Wish.Description(NodeNames.parse(node), null, word);
    }
}
