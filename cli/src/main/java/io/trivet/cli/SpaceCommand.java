package io.trivet.cli;

import io.trivet.client.ClusterStatus;
import io.trivet.client.ClusterStatus.NodeStatus;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code trivet df}. */
@Command(
        name = "df",
        sortOptions = false,
        header = "Shows how much room there is, on each node and for files.",
        description = {
            "",
            "Room for files is what is free, divided by the number of replicas: about that much fits while the nodes fill evenly.",
            ""
        })
final class SpaceCommand extends ClusterCommand {
    @Option(
            names = "--json",
            description =
                    "As JSON: {\"usedBytes\",\"freeBytes\",\"replicas\",\"roomBytes\",\"trashFiles\",\"trashBytes\",\"nodes\":[{\"name\",\"usedBytes\",\"freeBytes\"}]}; "
                            + "a node that is down has null.")
    boolean json;

    @Mixin
    SizeOption sizes = new SizeOption();

    SpaceCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    int run(Remote remote) {
        ClusterStatus status = remote.status();
        List<NodeStatus> nodes = status.nodes();
        long used = nodes.stream().mapToLong(NodeStatus::usedBytes).sum();
        long free = nodes.stream().mapToLong(NodeStatus::freeBytes).sum();
        int replicas = Math.max(
                1,
                status.view().layouts().stream()
                        .findFirst()
                        .map(layout -> layout.replicas())
                        .orElse(1));
        if (json) {
            console.say(new Json()
                    .put("usedBytes", used)
                    .put("freeBytes", free)
                    .put("replicas", replicas)
                    .put("roomBytes", free / replicas)
                    .put("trashFiles", TrashCan.sum(remote).allFiles())
                    .put("trashBytes", TrashCan.sum(remote).allBytes())
                    .put("nodes", nodes.stream().map(SpaceCommand::json).toList()));
            return Program.DONE;
        }
        console.say(row(Text.of("node"), Text.of("used"), Text.of("free"), Text.of("usage")));
        nodes.forEach(node -> console.say(
                node.reachable()
                        ? row(node.node(), node.usedBytes(), node.freeBytes())
                        : row(node.node(), "?", "?", Text.of("down"))));
        console.say(row(Text.of("all"), used, free));
        console.say(Text.plain(""));
        console.say(
                replicas == 1
                        ? Text.of("room for about {0} of files, in one copy each", sizes.text(free))
                        : Text.of(
                                "room for about {0} of files, each {1} times", sizes.text(free / replicas), replicas));
        console.say(TrashListCommand.summary(TrashCan.sum(remote), sizes));
        return Program.DONE;
    }

    private static Json json(NodeStatus node) {
        return new Json()
                .put("name", node.node().toString())
                .put("usedBytes", node.reachable() ? node.usedBytes() : null)
                .put("freeBytes", node.reachable() ? node.freeBytes() : null);
    }

    private Text row(Object name, long used, long free) {
        long percent = used + free == 0 ? 0 : Math.round(100.0 * used / (used + free));
        return row(name, sizes.text(used), sizes.text(free), percent + "%");
    }

    private static Text row(Object name, Object used, Object free, Object full) {
        return Text.row("%-5s %14s %14s %5s", name, used, free, full);
    }
}
