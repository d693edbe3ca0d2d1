package io.trivet.cli;

import io.trivet.client.Proposal;
import io.trivet.model.Layout;
import io.trivet.model.NodeId;
import io.trivet.placement.SlotSize;
import io.trivet.placement.Traffic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    List<Text> lines() {
        List<Text> lines = new ArrayList<>();
        lines.add(headline());
        if (!proposal.rearrangement().plan().moves().isEmpty()) {
            lines.add(Text.plain(""));
            lines.add(row(
                    Text.of("node"), Text.of("slots now"), Text.of("then"), Text.of("moves in"), Text.of("moves out")));
            for (NodeId node : nodes()) {
                Traffic.OfNode traffic = proposal.traffic().of(node);
                lines.add(row(
                        node.toString(),
                        Long.toString(slots(now(), node)),
                        Long.toString(slots(then(), node)),
                        bytes(traffic.in()),
                        bytes(traffic.out())));
            }
            lines.add(Text.plain(""));
            lines.add(
                    Text.of(
                            "meanwhile every chunk keeps its replicas where they are, until its new homes have read theirs back and promised to keep them"));
        }
        dropped().ifPresent(lines::add);
        risks().ifPresent(lines::add);
        proposal.obstacles().forEach(obstacle -> lines.add(Text.of("cannot be done: {0}", Text.told(obstacle))));
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
                .put("replicasDropped", proposal.tooMany().chunks())
                .put("bytesDropped", proposal.tooMany().bytes())
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

    private Text headline() {
        return Text.of(
                "layout {0} -> {1}, {2}: {3}",
                Wording.layout(now().version()),
                Wording.layout(then().version()),
                Text.count(then().replicas(), "replica"),
                proposal.traffic().total().slots() == 0
                        ? Text.of("nothing moves")
                        : moves(proposal.traffic().total()));
    }

    private Text moves(Traffic.Part total) {
        return Text.of(
                "{0} of slots move, {1}, {2}, in about {3} at {4} a node",
                Text.count(total.slots(), "replica"),
                Text.count(total.size().chunks(), "chunk"),
                Wording.bytes(total.size().bytes()),
                Wording.duration(proposal.estimate()),
                Wording.rate((double) proposal.bytesPerSecond()));
    }

    /** Of a number of replicas that becomes smaller. */
    private Optional<Text> dropped() {
        SlotSize tooMany = proposal.tooMany();
        return tooMany.chunks() == 0
                ? Optional.empty()
                : Optional.of(Text.of(
                        "{0} too many, {1}, are dropped, each when the others of its chunk have been read back",
                        Text.count(tooMany.chunks(), "replica"), Wording.bytes(tooMany.bytes())));
    }

    private Optional<Text> risks() {
        if (proposal.unheard().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Text.of(
                "at risk: {0} could not be asked, so {1} ({2}) may have fewer good replicas than they should until they are made again, and {3} of them none that can be reached",
                Text.list(new TreeSet<>(proposal.unheard())),
                Text.count(proposal.belowTheirNumber().chunks(), "chunk"),
                Wording.bytes(proposal.belowTheirNumber().bytes()),
                proposal.unreachable().chunks()));
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

    private static Text row(Object node, Object now, Object then, Object in, Object out) {
        return Text.row("%-5s %10s %7s %9s %9s", node, now, then, in, out);
    }
}
