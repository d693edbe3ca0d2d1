package io.trivet.cli.layout;

import io.trivet.cli.text.Format;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.LayoutProposal;
import io.trivet.model.Layout;
import io.trivet.model.NodeId;
import io.trivet.placement.PlannedTraffic;
import io.trivet.placement.SlotSize;
import java.time.Duration;
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
 * every chunk keeps its replicas where they are until its new homes have read theirs back and promised to keep them
 * </pre>
 */
public record ProposalTable(LayoutProposal layoutProposal) {
    public List<Text> lines() {
        List<Text> lines = new ArrayList<>();
        lines.add(headline());
        if (!layoutProposal.layoutChange().layoutPlan().moves().isEmpty()) {
            lines.add(Text.plain(""));
            lines.add(row(
                    Text.of("node"), Text.of("slots now"), Text.of("then"), Text.of("moves in"), Text.of("moves out")));
            for (NodeId node : nodes()) {
                PlannedTraffic.OfNode traffic = layoutProposal.plannedTraffic().of(node);
                lines.add(row(
                        node.toString(),
                        Long.toString(slots(now(), node)),
                        Long.toString(slots(then(), node)),
                        bytes(traffic.in()),
                        bytes(traffic.out())));
            }
            lines.add(Text.plain(""));
            lines.add(Text.of("no replica is deleted before the new nodes have verified their own"));
        }
        dropped().ifPresent(lines::add);
        risks().ifPresent(lines::add);
        unlisted().ifPresent(lines::add);
        layoutProposal.obstacles().forEach(obstacle -> lines.add(Text.of("cannot be done: {0}", Text.told(obstacle))));
        return lines;
    }

    public Json json(boolean applied) {
        PlannedTraffic.Part total = layoutProposal.plannedTraffic().total();
        return new Json()
                .put("layoutVersion", now().version())
                .put("newLayoutVersion", then().version())
                .put("replicas", then().replicas())
                .put("slots", total.slots())
                .put("chunks", total.size().chunks())
                .put("bytes", total.size().bytes())
                .put("replicasDropped", layoutProposal.tooMany().chunks())
                .put("bytesDropped", layoutProposal.tooMany().bytes())
                .put("bytesPerSecond", layoutProposal.bytesPerSecond())
                .put("etaSeconds", layoutProposal.estimate().toSeconds())
                .put("nodes", nodes().stream().map(this::json).toList())
                .put(
                        "chunksBelowTheirReplicas",
                        layoutProposal.belowTheirNumber().chunks())
                .put("chunksUnreachable", layoutProposal.unreachable().chunks())
                .put(
                        "notAsked",
                        new TreeSet<>(layoutProposal.unheard())
                                .stream().map(NodeId::toString).toList())
                .put("obstacles", layoutProposal.obstacles())
                .put("applied", applied);
    }

    private Json json(NodeId node) {
        PlannedTraffic.OfNode traffic = layoutProposal.plannedTraffic().of(node);
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
        return layoutProposal.status().view().layout();
    }

    private Layout then() {
        return layoutProposal.layoutChange().layoutPlan().layout();
    }

    private Text headline() {
        return Text.of(
                "layout {0} -> {1}, {2}: {3}",
                Format.layout(now().version()),
                Format.layout(then().version()),
                Text.count(then().replicas(), "replica"),
                layoutProposal.plannedTraffic().total().slots() == 0
                        ? Text.of("nothing moves")
                        : moves(layoutProposal.plannedTraffic().total()));
    }

    private Text moves(PlannedTraffic.Part total) {
        if (total.size().chunks() == 0) {
            return Text.of("only empty slots move ({0})", Text.count(total.slots(), "replica"));
        }
        return Text.of(
                "{1} ({2}) move, taking {3} at {4} per node ({0} of slots)",
                Text.count(total.slots(), "replica"),
                Text.count(total.size().chunks(), "chunk"),
                Format.bytes(total.size().bytes()),
                layoutProposal.estimate().compareTo(Duration.ofSeconds(1)) < 0
                        ? Text.of("less than a second")
                        : Text.of("about {0}", Format.duration(layoutProposal.estimate())),
                Format.rate((double) layoutProposal.bytesPerSecond()));
    }

    /** Surplus replicas if the number of replicas falls. */
    private Optional<Text> dropped() {
        SlotSize tooMany = layoutProposal.tooMany();
        return tooMany.chunks() == 0
                ? Optional.empty()
                : Optional.of(Text.of(
                        "{0} ({1}) are surplus and will be deleted, each after the other replicas of its chunk were verified",
                        Text.count(tooMany.chunks(), "replica"), Format.bytes(tooMany.bytes())));
    }

    private Optional<Text> risks() {
        if (layoutProposal.unheard().isEmpty()) {
            return Optional.empty();
        }
        Object unheard = Text.list(new TreeSet<>(layoutProposal.unheard()));
        if (layoutProposal.belowTheirNumber().chunks() == 0) {
            return Optional.of(
                    Text.of("at risk: {0} did not answer, and may hold chunks that nobody else has", unheard));
        }
        Text fewer = Text.of(
                "at risk: {0} did not answer, so {1} ({2}) may have too few replicas until they are repaired",
                unheard,
                Text.count(layoutProposal.belowTheirNumber().chunks(), "chunk"),
                Format.bytes(layoutProposal.belowTheirNumber().bytes()));
        long unreachable = layoutProposal.unreachable().chunks();
        return Optional.of(
                unreachable == 0
                        ? fewer
                        : Text.of(
                                "{0}; {1} may have no readable replica left", fewer, Text.count(unreachable, "chunk")));
    }

    private Optional<Text> unlisted() {
        return layoutProposal.unlisted().isEmpty()
                ? Optional.empty()
                : Optional.of(Text.of(
                        "there may be more to move: {0} have not finished listing their chunks; repeat the command in a moment",
                        Text.list(new TreeSet<>(layoutProposal.unlisted()))));
    }

    private TreeSet<NodeId> nodes() {
        TreeSet<NodeId> nodes = new TreeSet<>(now().nodes());
        nodes.addAll(then().nodes());
        return nodes;
    }

    private static long slots(Layout layout, NodeId node) {
        return layout.homes().stream().filter(homes -> homes.contains(node)).count();
    }

    private static String bytes(PlannedTraffic.Part part) {
        return part.slots() == 0 ? "" : Format.bytes(part.size().bytes());
    }

    private static Text row(Object node, Object now, Object then, Object in, Object out) {
        return Text.row("%-5s %10s %7s %9s %9s", node, now, then, in, out);
    }
}
