package io.trivet.cli;

import io.trivet.client.Proposal;
import io.trivet.model.Layout;
import io.trivet.model.NodeId;
import io.trivet.placement.Traffic;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * What a change of the layout would do:
 *
 * <pre>
 * layout 4 -> 5, 2 replicas: 1260 slots move, 212 chunks, 10.4 GiB, in about 53 s at 200 MiB/s a node
 *
 * node   slots now    then        in       out
 * n0          1680    1260              3.4 GiB
 * n3             0    1260  10.4 GiB
 *
 * meanwhile every chunk keeps its replicas where they are, until its new homes have read theirs back and promised to keep them
 * </pre>
 */
record ProposalTable(Proposal proposal) {
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(headline());
        if (!proposal.rearrangement().plan().moves().isEmpty()) {
            lines.add("");
            lines.add(row("node", "slots now", "then", "in", "out"));
            for (NodeId node : nodes()) {
                Traffic.OfNode traffic = proposal.traffic().of(node);
                lines.add(row(
                        node.toString(),
                        Long.toString(slots(now(), node)),
                        Long.toString(slots(then(), node)),
                        bytes(traffic.in()),
                        bytes(traffic.out())));
            }
            lines.add("");
            lines.add(
                    "meanwhile every chunk keeps its replicas where they are, until its new homes have read theirs back and promised to keep them");
        }
        lines.addAll(risks());
        proposal.obstacles().forEach(obstacle -> lines.add("cannot be done: " + obstacle));
        return lines;
    }

    Json json(boolean applied) {
        Traffic.Part total = proposal.traffic().total();
        return new Json()
                .put("layoutVersion", now().version())
                .put("newLayoutVersion", then().version())
                .put("replicas", then().replicas())
                .put("slots", total.slots())
                .put("chunks", total.size().chunks())
                .put("bytes", total.size().bytes())
                .put("bytesPerSecond", proposal.bytesPerSecond())
                .put("etaSeconds", proposal.estimate().toSeconds())
                .put("nodes", nodes().stream().map(this::json).toList())
                .put("chunksBelowTheirReplicas", proposal.belowTheirNumber().chunks())
                .put("chunksUnreachable", proposal.unreachable().chunks())
                .put(
                        "notAsked",
                        new TreeSet<>(proposal.unheard())
                                .stream().map(NodeId::toString).toList())
                .put("obstacles", proposal.obstacles())
                .put("applied", applied);
    }

    private Json json(NodeId node) {
        Traffic.OfNode traffic = proposal.traffic().of(node);
        return new Json()
                .put("name", node.toString())
                .put("slotsNow", slots(now(), node))
                .put("slotsThen", slots(then(), node))
                .put("slotsIn", traffic.in().slots())
                .put("chunksIn", traffic.in().size().chunks())
                .put("bytesIn", traffic.in().size().bytes())
                .put("slotsOut", traffic.out().slots())
                .put("chunksOut", traffic.out().size().chunks())
                .put("bytesOut", traffic.out().size().bytes());
    }

    private Layout now() {
        return proposal.status().view().layout();
    }

    private Layout then() {
        return proposal.rearrangement().plan().layout();
    }

    private String headline() {
        Traffic.Part total = proposal.traffic().total();
        return "layout " + now().version() + " -> " + then().version() + ", "
                + Wording.count(then().replicas(), "replica")
                + ": "
                + (total.slots() == 0
                        ? "nothing moves"
                        : Wording.count(total.slots(), "replica") + " of slots move, "
                                + Wording.count(total.size().chunks(), "chunk") + ", "
                                + Wording.bytes(total.size().bytes()) + ", in about "
                                + Wording.duration(proposal.estimate()) + " at "
                                + Wording.rate((double) proposal.bytesPerSecond())
                                + " a node");
    }

    private List<String> risks() {
        List<String> risks = new ArrayList<>();
        if (!proposal.unheard().isEmpty()) {
            String names = String.join(
                    ", ",
                    new TreeSet<>(proposal.unheard())
                            .stream().map(NodeId::toString).toList());
            risks.add("at risk: " + names + " could not be asked, so "
                    + Wording.count(proposal.belowTheirNumber().chunks(), "chunk") + " ("
                    + Wording.bytes(proposal.belowTheirNumber().bytes())
                    + ") may have fewer good replicas than they should until they are made again, and "
                    + proposal.unreachable().chunks() + " of them none that can be reached");
        }
        return risks;
    }

    private TreeSet<NodeId> nodes() {
        TreeSet<NodeId> nodes = new TreeSet<>(now().nodes());
        nodes.addAll(then().nodes());
        return nodes;
    }

    private static long slots(Layout layout, NodeId node) {
        return layout.homes().stream().filter(homes -> homes.contains(node)).count();
    }

    private static String bytes(Traffic.Part part) {
        return part.slots() == 0 ? "" : Wording.bytes(part.size().bytes());
    }

    private static String row(String node, String now, String then, String in, String out) {
        return String.format("%-5s %10s %7s %9s %9s", node, now, then, in, out).stripTrailing();
    }
}
