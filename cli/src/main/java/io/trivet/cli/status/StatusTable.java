package io.trivet.cli.status;

import io.trivet.cli.text.Format;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.ClusterStatus;
import io.trivet.client.ClusterStatus.NodeStatus;
import io.trivet.model.AdminState;
import io.trivet.model.ClusterView;
import io.trivet.model.Layout;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.ScrubReport;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The current state of a cluster:
 *
 * <pre>
 * 3 nodes, 2 replicas, layout 3, leader n0
 * cluster 6f9619ff-...
 *
 * node  state  address         role    used      free
 * n0    up     127.0.0.1:7777  leader  334 MiB   20.1 GiB
 * </pre>
 */
record StatusTable(ClusterStatus status) {
    /**
     * {@code withScrubs}: shows the scrubs of all nodes; otherwise only those that found bad
     * replicas.
     */
    List<Text> lines(boolean withScrubs) {
        List<Text> lines = new ArrayList<>();
        lines.add(headline());
        lines.add(Text.of("cluster {0}", view().cluster()));
        lines.add(Text.plain(""));
        int width = addressWidth();
        lines.add(row(
                width,
                Text.of("node"),
                Text.of("state"),
                Text.of("address"),
                Text.of("role"),
                Text.of("used"),
                Text.of("free")));
        for (Node node : view().nodes()) {
            lines.add(row(node, width));
        }
        List<Text> scrubs = scrubs(withScrubs);
        if (!scrubs.isEmpty()) {
            lines.add(Text.plain(""));
            lines.addAll(scrubs);
        }
        List<Text> remarks = remarks();
        if (!remarks.isEmpty()) {
            lines.add(Text.plain(""));
            lines.addAll(remarks);
        }
        return lines;
    }

    Json json() {
        return new Json()
                .put("nodes", view().nodes().stream().map(this::json).toList())
                .put("leader", status.leader().map(NodeId::toString).orElse(null))
                .put("masters", view().masters().stream().map(Node::name).toList())
                .put("voting", votes().voting().stream().map(Node::name).toList())
                .put("layoutVersion", newestLayout().map(Layout::version).orElse(0L))
                .put("replicas", replicas())
                .put("cluster", view().cluster().toString())
                .put("chunkSize", view().chunkSize().bytes())
                .put("epoch", view().epoch())
                .put("sweeping", view().sweepSettings().on())
                .put("graceSeconds", view().sweepSettings().grace().toSeconds());
    }

    private ClusterView view() {
        return status.view();
    }

    private Optional<Layout> newestLayout() {
        return view().layouts().stream().findFirst();
    }

    int replicas() {
        return newestLayout().map(Layout::replicas).orElse(view().replicasWanted());
    }

    private Text headline() {
        return Text.list(List.of(
                Text.count(view().nodes().size(), "node"),
                Text.count(replicas(), "replica"),
                newestLayout()
                        .map(layout -> Text.of("layout {0}", Format.layout(layout.version())))
                        .orElse(Text.of("no layout yet")),
                status.leader().map(leader -> Text.of("leader {0}", leader)).orElse(Text.of("no leader"))));
    }

    private Text row(Node node, int width) {
        NodeStatusText now = NodeStatusText.in(status, node);
        return row(
                width,
                node.name(),
                now.state(),
                node.address(),
                role(node),
                now.bytes(NodeStatus::usedBytes),
                now.bytes(NodeStatus::freeBytes));
    }

    private static Text row(
            int width, Object node, Object state, Object address, Object role, Object used, Object free) {
        return Text.row("%-5s %-6s %-" + width + "s  %-7s %9s %9s", node, state, address, role, used, free);
    }

    private int addressWidth() {
        return view().nodes().stream()
                .mapToInt(node -> node.address().toString().length())
                .reduce("address".length(), Math::max);
    }

    private Json json(Node node) {
        Optional<NodeStatus> now = NodeStatusText.in(status, node).up();
        Json json = new Json()
                .put("id", node.id().number())
                .put("name", node.name())
                .put("address", node.address().toString())
                .put("state", NodeStatusText.in(status, node).stateWord())
                .put("usedBytes", now.map(NodeStatus::usedBytes).orElse(null))
                .put("freeBytes", now.map(NodeStatus::freeBytes).orElse(null))
                .put(
                        "clockAheadSeconds",
                        now.map(up -> up.clockAhead().toSeconds()).orElse(null))
                .put("scrub", now.map(NodeStatus::scrub).map(StatusTable::json).orElse(null));
        return votes().put(AbsenceText.put(json, NodeStatusText.in(status, node).known()), node);
    }

    private MasterVotes votes() {
        return new MasterVotes(status);
    }

    private static Json json(ScrubReport scrub) {
        return new Json()
                .put("chunks", scrub.chunks())
                .put("bytes", scrub.bytes())
                .put("bad", scrub.bad())
                .put("lastComplete", scrub.completedMs() == 0 ? null : completed(scrub));
    }

    private static String completed(ScrubReport scrub) {
        return Instant.ofEpochMilli(scrub.completedMs())
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
    }

    /** The results of the scrubs, a line for each node that has begun one. */
    private List<Text> scrubs(boolean all) {
        return status.nodes().stream()
                .filter(node -> node.isUp() && !node.scrub().equals(ScrubReport.NONE))
                .filter(node -> all || node.scrub().bad() > 0)
                .map(node -> scrub(node.node(), node.scrub()))
                .toList();
    }

    static Text scrub(NodeId node, ScrubReport scrub) {
        return Text.of(
                "scrub {0}: {1}, {2} read, {3} bad, {4}",
                node,
                Text.count(scrub.chunks(), "chunk"),
                Format.bytes(scrub.bytes()),
                scrub.bad(),
                scrub.completedMs() == 0
                        ? Text.of("first round under way")
                        : Text.of("last complete round {0}", completed(scrub)));
    }

    Text role(Node node) {
        if (status.leader().equals(Optional.of(node.id()))) {
            return Text.of("leader");
        }
        return node.master() ? Text.of("master") : Text.plain("");
    }

    /** New nodes that are up and that no operator has taken in. */
    private List<String> waiting() {
        return view().nodes().stream()
                .filter(node -> node.standing() == AdminState.WAITING
                        && NodeStatusText.in(status, node).up().isPresent())
                .map(Node::name)
                .toList();
    }

    /** The remark on a node with a wrong clock. */
    static Text clock(NodeStatus node) {
        String off = Format.duration(node.clockAhead().abs());
        return node.clockAhead().isNegative()
                ? Text.of("the clock of {0} is {1} behind most nodes: correct it", node.node(), off)
                : Text.of("the clock of {0} is {1} ahead of most nodes: correct it", node.node(), off);
    }

    List<Text> remarks() {
        List<Text> remarks = new ArrayList<>();
        if (view().nodes().stream()
                .anyMatch(node -> NodeStatusText.in(status, node).isUnheard())) {
            remarks.add(Text.of("?: the leader has not heard from this node yet; try again in a few seconds"));
        }
        if (status.leader().isEmpty()) {
            remarks.add(Text.of("there is no leader: nothing can be saved until a majority of the masters is up"));
        }
        view().nodes().stream()
                .flatMap(node -> AbsenceText.of(status, node).stream())
                .filter(AbsenceText::isTimed)
                .forEach(away -> remarks.add(away.sentence()));
        remarks.addAll(votes().remarks());
        if (!view().sweepSettings().on()) {
            remarks.add(
                    Text.of(
                            "sweeping is off: removed files still use space; run `trivet namespace sweeping on` when all expected names are present"));
        }
        status.nodes().stream()
                .filter(node -> node.isUp() && !node.clockAhead().isZero())
                .forEach(node -> remarks.add(clock(node)));
        waiting()
                .forEach(node -> remarks.add(Text.of(
                        "{0} is new and stores no data yet: run `trivet rebalance` to see the plan and confirm it",
                        node)));
        status.nodes().stream()
                .filter(node -> node.isUp() && !node.storage().trouble().isEmpty())
                .forEach(node -> remarks.add(Text.of(
                        "{0}: {1}", node.node(), Text.told(node.storage().trouble()))));
        if (view().rebalanceSettings().paused()) {
            remarks.add(Text.of("moves are paused: run `trivet rebalance resume` to continue"));
        }
        if (replicas() == 1) {
            remarks.add(
                    view().nodes().size() == 1
                            ? Text.of("1 replica: a trial on one node; add servers with `trivet token`")
                            : Text.of("1 replica: every chunk is on one node only, and lost with it"));
        }
        votes().missing().ifPresent(remarks::add);
        return remarks;
    }
}
