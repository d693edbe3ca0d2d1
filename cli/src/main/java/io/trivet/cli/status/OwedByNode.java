package io.trivet.cli.status;

import io.trivet.cli.text.Format;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.ClusterNodes;
import io.trivet.client.ClusterStatus.NodeStatus;
import io.trivet.model.Node;
import io.trivet.model.RepairReport;
import java.util.List;
import java.util.Optional;

/**
 * Which nodes owe replicas, and why: {@code n3 has 6 replicas to make (300 MiB): its disks are full}. A node
 * owes what it lacks itself and what it knows that a silent neighbour lacks.
 */
record OwedByNode(ClusterNodes nodes) {
    List<Text> lines() {
        return owing().stream().map(this::line).toList();
    }

    List<Json> json() {
        return owing().stream()
                .map(node -> new Json()
                        .put("node", node.name())
                        .put("owed", nodes.report(node.id()).owed())
                        .put("bytes", nodes.report(node.id()).bytes())
                        .put("reason", reason(node).map(Text::toString).orElse(null)))
                .toList();
    }

    List<Node> owing() {
        return nodes.view().nodes().stream()
                .filter(node -> nodes.report(node.id()).owed() > 0
                        && NodeStatusText.in(nodes.status(), node).up().isPresent())
                .toList();
    }

    Text line(Node node) {
        RepairReport report = nodes.report(node.id());
        Text what = Text.of(
                "{0} has {1} to make ({2})",
                node.name(), Text.count(report.owed(), "replica"), Format.bytes(report.bytes()));
        return reason(node).map(why -> Text.of("  {0}: {1}", what, why)).orElse(Text.of("  {0}", what));
    }

    /** Empty if nothing prevents the pull. */
    private Optional<Text> reason(Node node) {
        NodeStatus now = NodeStatusText.in(nodes.status(), node).up().orElseThrow();
        Optional<Text> disks = switch (now.storage().state()) {
            case FULL -> Optional.of(Text.of("its disks are full"));
            case READ_ONLY -> Optional.of(Text.of("its disks can only be read"));
            case FAILED -> Optional.of(Text.of("it has no working disk"));
            case WRITABLE ->
                now.acceptsChunks() || !node.standing().mayHaveSlots()
                        ? Optional.empty()
                        : Optional.of(Text.of("its disks are full"));
        };
        return disks.or(() -> pulling(node)).or(this::away);
    }

    private Optional<Text> pulling(Node node) {
        long rate = nodes.report(node.id()).bytesPerSecond();
        return rate == 0 ? Optional.empty() : Optional.of(Text.of("being copied at {0}", Format.rate((double) rate)));
    }

    private Optional<Text> away() {
        List<Text> away = nodes.view().nodes().stream()
                .flatMap(node -> AbsenceText.of(nodes.status(), node).stream())
                .map(AbsenceText::sentence)
                .toList();
        return away.isEmpty() ? Optional.empty() : Optional.of(Text.clauses(away));
    }
}
