package io.trivet.cli;

import io.trivet.client.ClusterNodes;
import io.trivet.client.ClusterStatus.NodeStatus;
import io.trivet.model.Layout;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Rebalancing;
import io.trivet.model.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The nodes and their part in the layout, as a table with remarks below. */
record NodesTable(ClusterNodes nodes) {
    private static final String ROW = "%-5s %-5s %-9s %7s  %-8s %6s %9s %9s  %s";

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(ROW, "node", "state", "part", "weight", "zone", "slots", "used", "free", "address"));
        nodes.view().nodes().forEach(node -> lines.add(row(node)));
        List<String> remarks = remarks();
        if (!remarks.isEmpty()) {
            lines.add("");
            lines.addAll(remarks);
        }
        return lines;
    }

    Json json() {
        Rebalancing rebalancing = nodes.view().rebalancing();
        Optional<Layout> newest = nodes.view().layouts().stream().findFirst();
        return new Json()
                .put("nodes", nodes.view().nodes().stream().map(this::json).toList())
                .put("layoutVersion", newest.map(Layout::version).orElse(0L))
                .put("replicas", newest.map(Layout::replicas).orElse(0))
                .put("settled", nodes.view().layouts().size() == 1)
                .put("paused", rebalancing.paused())
                .put("bytesPerSecond", rebalancing.bytesPerSecond())
                .put("automatic", rebalancing.automatic())
                .put("rebalanceProposed", !nodes.waiting().isEmpty());
    }

    private Json json(Node node) {
        Optional<NodeStatus> now = now(node.id());
        return new Json()
                .put("name", node.name())
                .put("address", node.address().toString())
                .put("state", state(node))
                .put("part", part(node))
                .put("weight", nodes.weightPercent(node.id()) / 100.0)
                .put("weightSet", node.part().chosenPercent() > 0)
                .put("zone", node.zone())
                .put("slots", nodes.slots(node.id()))
                .put("usedBytes", now.map(NodeStatus::usedBytes).orElse(null))
                .put("freeBytes", now.map(NodeStatus::freeBytes).orElse(null))
                .put("capacityBytes", node.part().capacityBytes())
                .put("master", node.master())
                .put(
                        "toHandBack",
                        nodes.report(node.id()).surplus() < 0
                                ? null
                                : nodes.report(node.id()).surplus())
                .put("empty", nodes.isHandedOver(node.id()))
                .put("maySwitchOff", nodes.maySwitchOff(node));
    }

    private String row(Node node) {
        Optional<NodeStatus> now = now(node.id());
        return String.format(
                ROW,
                node.name(),
                state(node),
                part(node),
                weight(node),
                node.zone().isEmpty() ? "-" : Wording.visible(node.zone()),
                nodes.slots(node.id()),
                now.map(known -> Wording.bytes(known.usedBytes())).orElse("?"),
                now.map(known -> Wording.bytes(known.freeBytes())).orElse("?"),
                node.address());
    }

    private String weight(Node node) {
        int percent = nodes.weightPercent(node.id());
        return percent == 0
                ? "-"
                : String.format(Locale.ROOT, "%.2f", percent / 100.0).replaceFirst("\\.?0+$", "")
                        + (node.part().chosenPercent() > 0 ? "*" : "");
    }

    private String state(Node node) {
        return nodes.isReachable(node.id()) ? "up" : "down";
    }

    private String part(Node node) {
        boolean named = nodes.slots(node.id()) > 0;
        return switch (node.standing()) {
            case IN, WAITING ->
                named ? "in" : node.standing() == Standing.WAITING || nodes.isReachable(node.id()) ? "new" : "out";
            case DRAINED -> nodes.isHandedOver(node.id()) || !nodes.isReachable(node.id()) ? "drained" : "draining";
            case REMOVED -> "removed";
        };
    }

    private Optional<NodeStatus> now(NodeId node) {
        return nodes.status().nodes().stream()
                .filter(known -> known.node().equals(node) && known.reachable())
                .findFirst();
    }

    private List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        for (NodeId node : nodes.waiting()) {
            remarks.add(node + " has no slots yet: `trivet rebalance` shows what its share comes to, and asks");
        }
        for (Node node : nodes.view().nodes()) {
            if (node.standing() == Standing.DRAINED) {
                remarks.add(drained(node));
            }
        }
        if (nodes.view().layouts().size() > 1) {
            remarks.add("data moves to layout " + nodes.view().layout().version() + ": "
                    + Wording.count(nodes.debt().owed(), "replica") + " owed, "
                    + nodes.debt().surplus() + " to hand back");
        }
        if (nodes.view().rebalancing().paused()) {
            remarks.add("moves are paused; what is lacking is made all the same; `trivet rebalance resume` goes on");
        }
        if (nodes.view().rebalancing().bytesPerSecond() > 0) {
            remarks.add("moves are limited to "
                    + Wording.rate((double) nodes.view().rebalancing().bytesPerSecond()) + " a node");
        }
        return remarks;
    }

    private String drained(Node node) {
        if (nodes.maySwitchOff(node)) {
            return node.name() + " is empty and may be switched off; `trivet nodes remove " + node.name()
                    + "` forgets it";
        }
        if (nodes.isHandedOver(node.id())) {
            return node.name() + " is empty, and still a master: leave it on until another node has its seat";
        }
        if (!nodes.isReachable(node.id())) {
            return node.name() + " is drained and down; `trivet nodes remove " + node.name()
                    + "` looks whether anything was only there";
        }
        long left = nodes.report(node.id()).surplus();
        return node.name() + " is being drained" + (left > 0 ? ": " + Wording.count(left, "replica") + " left" : "")
                + "; leave it on";
    }
}
