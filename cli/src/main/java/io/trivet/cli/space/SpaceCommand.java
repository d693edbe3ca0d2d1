package io.trivet.cli.space;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.remote.SizeOption;
import io.trivet.cli.status.NodeStatusText;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.cli.trash.TrashCan;
import io.trivet.cli.trash.TrashListCommand;
import io.trivet.client.ClusterStatus;
import io.trivet.client.ClusterStatus.NodeStatus;
import io.trivet.client.TrivetClient;
import io.trivet.model.QueryResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code trivet df}. */
@Command(
        name = "df",
        sortOptions = false,
        header = "Shows how much space there is, on each node and for files.",
        description = {
            "",
            "Space for files is what is free on the nodes that take chunks, divided by the number of replicas: about that much fits while the nodes fill evenly.",
            ""
        })
public final class SpaceCommand extends ClusterCommand {
    @Option(
            names = "--json",
            description =
                    "As JSON: {\"usedBytes\",\"freeBytes\",\"replicas\",\"roomBytes\",\"trashFiles\",\"trashBytes\",\"nodes\":[{\"name\",\"usedBytes\",\"freeBytes\"}],\"quotas\":[as by quota list]}; "
                            + "a node that is down has null.")
    boolean json;

    @Mixin
    SizeOption sizes = new SizeOption();

    public SpaceCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected int run(TrivetClient client) {
        ClusterStatus status = client.cluster().status();
        List<NodeStatusText> nodes = status.view().nodes().stream()
                .map(node -> NodeStatusText.in(status, node))
                .toList();
        long used = sum(nodes, NodeStatus::usedBytes);
        long free = sum(nodes, NodeStatus::freeBytes);
        int replicas = Math.max(
                1,
                status.view().layouts().stream()
                        .findFirst()
                        .map(layout -> layout.replicas())
                        .orElse(1));
        long room = room(nodes, replicas);
        if (json) {
            console.say(new Json()
                    .put("usedBytes", used)
                    .put("freeBytes", free)
                    .put("replicas", replicas)
                    .put("roomBytes", room)
                    .put("trashFiles", TrashCan.sum(client).allFiles())
                    .put("trashBytes", TrashCan.sum(client).allBytes())
                    .put("nodes", nodes.stream().map(SpaceCommand::json).toList())
                    .put(
                            "quotas",
                            QuotaListCommand.sorted(client.quotas().list()).stream()
                                    .map(QuotaListCommand::json)
                                    .toList()));
            return ExitCode.DONE;
        }
        List<Text> rows = new ArrayList<>();
        rows.add(row(Text.of("node"), Text.of("used"), Text.of("free"), Text.of("usage")));
        nodes.forEach(node -> rows.add(node.up()
                .map(now -> row(now.node(), now.usedBytes(), now.freeBytes()))
                .orElse(row(node.node().name(), "?", "?", node.state()))));
        rows.add(row(Text.of("all"), used, free));
        console.table(rows);
        console.say(Text.plain(""));
        console.say(room(room, replicas, nodes));
        console.say(TrashListCommand.summary(TrashCan.sum(client), sizes));
        QueryResult.Quotas quotas = client.quotas().list();
        QuotaListCommand.sorted(quotas)
                .forEach(use -> console.say(QuotaListCommand.line(
                        use, sizes, console.name(use.directory().toString()))));
        if (quotas.counting()) {
            console.say(QuotaListCommand.counting());
        }
        return ExitCode.DONE;
    }

    /** Nothing fits where fewer nodes than replicas take chunks. */
    private static long room(List<NodeStatusText> nodes, int replicas) {
        List<NodeStatusText> taking =
                nodes.stream().filter(NodeStatusText::takesChunks).toList();
        return taking.size() < replicas ? 0 : sum(taking, NodeStatus::freeBytes) / replicas;
    }

    private Text room(long room, int replicas, List<NodeStatusText> nodes) {
        Text said = replicas == 1
                ? Text.of("space for about {0} of files, in one copy each", sizes.text(room))
                : Text.of("space for about {0} of files with {1} replicas each", sizes.text(room), replicas);
        List<String> full = nodes.stream()
                .filter(node -> node.up().isPresent() && !node.takesChunks())
                .map(node -> node.node().name())
                .toList();
        return full.isEmpty()
                ? said
                : Text.of("{0}, without what is free on {1}, which takes no chunks", said, Text.list(full));
    }

    private static long sum(List<NodeStatusText> nodes, ToLongFunction<NodeStatus> bytes) {
        return nodes.stream()
                .flatMap(node -> node.up().stream())
                .mapToLong(bytes)
                .sum();
    }

    private static Json json(NodeStatusText node) {
        return new Json()
                .put("name", node.node().name())
                .put("usedBytes", node.up().map(NodeStatus::usedBytes).orElse(null))
                .put("freeBytes", node.up().map(NodeStatus::freeBytes).orElse(null));
    }

    private Text row(Object name, long used, long free) {
        long percent = used + free == 0 ? 0 : Math.round(100.0 * used / (used + free));
        return row(name, sizes.text(used), sizes.text(free), percent + "%");
    }

    private static Text row(Object name, Object used, Object free, Object full) {
        return Text.row("%-5s %14s %14s %5s", name, used, free, full);
    }
}
