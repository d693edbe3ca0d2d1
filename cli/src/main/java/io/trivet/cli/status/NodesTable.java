package io.trivet.cli.status;

import io.trivet.cli.text.DisplayWidth;
import io.trivet.cli.text.Format;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.VisibleText;
import io.trivet.client.ClusterNodes;
import io.trivet.client.ClusterStatus.NodeStatus;
import io.trivet.model.AdminState;
import io.trivet.model.Layout;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.RebalanceSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A table of the nodes and their share of the layout, with remarks below. */
public record NodesTable(ClusterNodes nodes) {
    /** The column of variable length is last: 80 columns leave 28 for it. */
    private static final String ROW = "%-4s %-5s %-8s %6s %5s %8s %8s  %s";

    private static final int LEAST_ZONE = 4;

    public List<Text> lines() {
        List<Text> lines = new ArrayList<>();
        lines.add(row(
                Text.of("node"),
                Text.of("state"),
                Text.of("part"),
                Text.of("weight"),
                Text.of("slots"),
                Text.of("used"),
                Text.of("free"),
                withZone(Text.of("zone"), Text.of("address"))));
        nodes.view().nodes().forEach(node -> lines.add(row(node)));
        List<Text> remarks = remarks();
        if (!remarks.isEmpty()) {
            lines.add(Text.plain(""));
            lines.addAll(remarks);
        }
        return lines;
    }

    public Json json() {
        RebalanceSettings rebalanceSettings = nodes.view().rebalanceSettings();
        Optional<Layout> newest = nodes.view().layouts().stream().findFirst();
        return new Json()
                .put("nodes", nodes.view().nodes().stream().map(this::json).toList())
                .put("layoutVersion", newest.map(Layout::version).orElse(0L))
                .put("replicas", newest.map(Layout::replicas).orElse(0))
                .put("settled", nodes.view().layouts().size() == 1)
                .put("paused", rebalanceSettings.paused())
                .put("bytesPerSecond", rebalanceSettings.bytesPerSecond())
                .put("automatic", rebalanceSettings.automatic())
                .put("rebalanceProposed", !nodes.waiting().isEmpty());
    }

    /** Adds {@code homes} and {@code before}, null without a layout or if nothing moves. */
    public Json slots(Json json) {
        List<Layout> layouts = nodes.view().layouts();
        return json.put("homes", layouts.isEmpty() ? null : homes(layouts.getFirst()))
                .put("before", layouts.size() > 1 ? homes(layouts.getLast()) : null);
    }

    private static List<List<String>> homes(Layout layout) {
        return layout.homes().stream()
                .map(slot -> slot.stream().map(NodeId::toString).toList())
                .toList();
    }

    private Json json(Node node) {
        Optional<NodeStatus> now = NodeStatusText.in(nodes.status(), node).up();
        Json json = new Json()
                .put("name", node.name())
                .put("address", node.address().toString())
                .put("state", NodeStatusText.in(nodes.status(), node).stateWord())
                .put("part", part(node).toString())
                .put("weight", nodes.weightPercent(node.id()) / 100.0)
                .put("weightSet", node.nodeShare().chosenPercent() > 0)
                .put("zone", node.zone())
                .put("slots", nodes.slots(node.id()))
                .put("usedBytes", now.map(NodeStatus::usedBytes).orElse(null))
                .put("freeBytes", now.map(NodeStatus::freeBytes).orElse(null))
                .put("capacityBytes", node.nodeShare().capacityBytes())
                .put("master", node.master())
                .put(
                        "toHandBack",
                        nodes.report(node.id()).surplus() < 0
                                ? null
                                : nodes.report(node.id()).surplus())
                .put("empty", nodes.isHandedOver(node.id()))
                .put("maySwitchOff", nodes.maySwitchOff(node));
        return new MasterVotes(nodes.status()).put(json, node);
    }

    private Text row(Node node) {
        NodeStatusText now = NodeStatusText.in(nodes.status(), node);
        return row(
                node.name(),
                now.state(),
                part(node),
                weight(node),
                nodes.slots(node.id()),
                now.bytes(NodeStatus::usedBytes),
                now.bytes(NodeStatus::freeBytes),
                withZone(node.zone().isEmpty() ? "-" : node.zone(), node.address()));
    }

    private static Text row(Object... cells) {
        return Text.row(ROW, cells);
    }

    /** Omits the zone if there are none, as in most clusters. */
    private Text withZone(Object zone, Object address) {
        int width = nodes.view().nodes().stream()
                .mapToInt(node -> DisplayWidth.of(VisibleText.of(node.zone())))
                .max()
                .orElse(0);
        return width == 0
                ? Text.joined(address)
                : Text.row("%-" + Math.max(width, LEAST_ZONE) + "s  %s", zone, address);
    }

    private String weight(Node node) {
        int percent = nodes.weightPercent(node.id());
        return percent == 0
                ? "-"
                : String.format(Locale.ROOT, "%.2f", percent / 100.0).replaceFirst("\\.?0+$", "")
                        + (node.nodeShare().chosenPercent() > 0 ? "*" : "");
    }

    Text part(Node node) {
        return switch (node.standing()) {
            case IN, WAITING -> {
                boolean isNew = node.standing() == AdminState.WAITING || nodes.isReachable(node.id());
                yield nodes.slots(node.id()) > 0 ? Text.of("in") : isNew ? Text.of("new") : Text.of("out");
            }
            case DRAINED ->
                nodes.isHandedOver(node.id()) || !nodes.isReachable(node.id())
                        ? Text.of("drained")
                        : Text.of("draining");
            case REMOVED -> Text.of("removed");
        };
    }

    List<Text> remarks() {
        List<Text> remarks = new ArrayList<>(new MasterVotes(nodes.status()).remarks());
        for (NodeId node : nodes.waiting()) {
            remarks.add(Text.of("{0} stores no data yet: run `trivet rebalance` to see the plan and confirm it", node));
        }
        for (Node node : nodes.view().nodes()) {
            if (node.standing() == AdminState.DRAINED) {
                remarks.add(drained(node));
            }
        }
        if (nodes.view().layouts().size() > 1) {
            remarks.add(Text.of(
                    "data moves to layout {0}: {1} owed, {2} to hand back",
                    Format.layout(nodes.view().layout().version()),
                    Text.count(nodes.debt().owed(), "replica"),
                    nodes.debt().surplus()));
        }
        if (nodes.view().rebalanceSettings().paused()) {
            remarks.add(Text.of(
                    "moves are paused; what is lacking is made all the same; `trivet rebalance resume` goes on"));
        }
        if (nodes.view().rebalanceSettings().bytesPerSecond() > 0) {
            remarks.add(Text.of(
                    "moves are limited to {0} a node",
                    Format.rate((double) nodes.view().rebalanceSettings().bytesPerSecond())));
        }
        return remarks;
    }

    private Text drained(Node node) {
        if (nodes.maySwitchOff(node)) {
            return Text.of(
                    "{0} is empty and may be switched off; `trivet nodes remove {0}` removes it from the cluster",
                    node.name());
        }
        if (nodes.isHandedOver(node.id())) {
            return nodes.maySeatMove()
                    ? Text.of(
                            "{0} is empty and still a master: keep it running until another node has its seat",
                            node.name())
                    : Text.of(
                            "{0} is empty and still a master, and no other node is there to take over its seat: add a server (`trivet token`) before you switch it off",
                            node.name());
        }
        if (!nodes.isReachable(node.id())) {
            return Text.of(
                    "{0} is drained and down; `trivet nodes remove {0}` checks whether it held the only replica of anything",
                    node.name());
        }
        long left = nodes.report(node.id()).surplus();
        return left > 0
                ? Text.of("{0} is being drained: {1} left; keep it running", node.name(), Text.count(left, "replica"))
                : Text.of("{0} is being drained; keep it running", node.name());
    }
}
