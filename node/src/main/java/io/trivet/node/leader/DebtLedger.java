package io.trivet.node.leader;

import io.trivet.model.CensusReport;
import io.trivet.model.ClusterView;
import io.trivet.model.Debt;
import io.trivet.model.Layout;
import io.trivet.model.NodeId;
import io.trivet.model.RepairReport;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The leader's account of what is owed. Everything that repair must look at (a layout, a loss, a
 * node that comes, goes or restarts) is an <em>event</em>, which gives the cluster a new number;
 * nodes get it with the answers to their heartbeats. "0 owed" is reported only if the newest
 * reconciliation of every node of the layout was complete and began under the present number, and
 * so did the newest census; no clocks are compared. Kept in memory: another leader begins with
 * another number, and everything is checked again. Any thread.
 */
public final class DebtLedger implements Census.Results {
    private List<Object> facts = List.of();
    private long event = draw();
    private @Nullable Instant checked;
    private CensusReport census = CensusReport.NONE;
    private String censusTrouble = "";

    /** This node has become the leader. */
    public synchronized void begin() {
        facts = List.of();
        event = draw();
        checked = null;
        givenUp("");
    }

    @Override
    public synchronized void counted(CensusReport report) {
        census = report;
        censusTrouble = "";
    }

    @Override
    public synchronized void givenUp(String cause) {
        census = CensusReport.NONE;
        censusTrouble = cause;
    }

    private static long draw() {
        return ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
    }

    /** The event number for these facts. */
    public synchronized long event(ClusterView view, List<ObservedNode> nodes) {
        List<Object> now = nodes.stream()
                .<Object>map(node -> List.of(
                        node.node(),
                        node.present(),
                        node.lossEpoch(),
                        node.withoutDisk().isZero(),
                        node.report().boot(),
                        view.layouts().isEmpty() ? 0L : view.layout().version()))
                .toList();
        if (!now.equals(facts)) {
            facts = now;
            event = draw();
        }
        return event;
    }

    /** What is owed, as far as the nodes have reported. */
    public synchronized Debt debt(ClusterView view, List<ObservedNode> nodes, Instant now) {
        long present = event(view, nodes);
        String reason = reason(view, nodes, present);
        List<RepairReport> reports = nodes.stream()
                .filter(ObservedNode::present)
                .map(ObservedNode::report)
                .toList();
        long conflicts =
                reports.stream().mapToLong(RepairReport::conflicts).max().orElse(0);
        if (reason.isEmpty()) {
            reason = census.event() == present ? contested(conflicts) : censusOpen();
        }
        if (reason.isEmpty()) {
            long oldest = nodes.stream()
                    .filter(node -> view.layout().nodes().contains(node.node()))
                    .mapToLong(node -> node.report().ageSeconds())
                    .max()
                    .orElse(0);
            Instant compared = now.minusSeconds(oldest);
            checked = compared.isBefore(census.began()) ? compared : census.began();
        }
        // What an older census missed may be back, so it does not count towards a lower bound.
        long copies = census.event() == present ? replicas(view) : 0;
        return new Debt(
                reports.stream().mapToLong(RepairReport::owed).sum() + copies * census.missing(),
                reports.stream().mapToLong(RepairReport::bytes).sum() + copies * census.bytes(),
                reports.stream().mapToLong(RepairReport::oldestSeconds).max().orElse(0),
                reports.stream()
                        .mapToLong(report -> Math.max(0, report.surplus()))
                        .sum(),
                conflicts,
                reports.stream().mapToLong(RepairReport::bytesPerSecond).sum(),
                reason.isEmpty(),
                checked,
                reason,
                census.missing(),
                census.named());
    }

    private String censusOpen() {
        return censusTrouble.isEmpty()
                ? "the check of all files has not finished since the last change"
                : "the check of all files did not finish: " + censusTrouble;
    }

    /**
     * Of two contents one is not what was acknowledged, so there is one sound replica too few;
     * which one is unknown.
     */
    private static String contested(long conflicts) {
        return conflicts == 0 ? "" : "nodes hold different bytes of the same chunk, in " + conflicts + " cases";
    }

    private static long replicas(ClusterView view) {
        return view.layouts().isEmpty() ? 0 : view.layout().replicas();
    }

    private static String reason(ClusterView view, List<ObservedNode> nodes, long event) {
        return view.layouts().isEmpty() ? "there is no layout yet" : reason(view.layout(), nodes, event);
    }

    /** Why the reported debt may be too low; empty if it is not. */
    private static String reason(Layout layout, List<ObservedNode> nodes, long event) {
        List<ObservedNode> open = nodes.stream()
                .filter(node -> layout.nodes().contains(node.node()))
                .filter(node -> !node.present()
                        || node.report().event() != event
                        || node.report().layoutVersion() != layout.version())
                .toList();
        List<NodeId> silent = open.stream()
                .filter(node -> !node.present())
                .map(ObservedNode::node)
                .toList();
        if (!silent.isEmpty()) {
            return names(silent)
                    + (silent.size() == 1
                            ? " does not answer, so nothing can be checked"
                            : " do not answer, so nothing can be checked");
        }
        // The same trouble keeps many nodes from comparing, so it is said once.
        Map<String, List<NodeId>> byTrouble = open.stream()
                .collect(Collectors.groupingBy(
                        node -> node.report().trouble(),
                        LinkedHashMap::new,
                        Collectors.mapping(ObservedNode::node, Collectors.toList())));
        return byTrouble.entrySet().stream()
                .map(each -> notCompared(each.getValue(), each.getKey()))
                .collect(Collectors.joining("; "));
    }

    private static String notCompared(List<NodeId> nodes, String trouble) {
        return names(nodes)
                + (nodes.size() == 1
                        ? " has not compared all its chunks since the last change"
                        : " have not compared all their chunks since the last change")
                + (trouble.isEmpty() ? "" : " (" + trouble + ")");
    }

    private static String names(List<NodeId> nodes) {
        return nodes.stream().map(NodeId::toString).collect(Collectors.joining(", "));
    }

    /**
     * Whether every node has reported, checked and at the newest layout, that it owes nothing and
     * has nothing left to hand back. Chunks that no node holds are not at earlier homes either, so
     * the census does not matter.
     */
    public synchronized boolean isSettled(ClusterView view, List<ObservedNode> nodes, Instant now) {
        return reason(view, nodes, event(view, nodes)).isEmpty()
                && nodes.stream()
                        .filter(ObservedNode::present)
                        .map(ObservedNode::report)
                        .allMatch(report -> report.owed() == 0 && report.conflicts() == 0 && report.surplus() == 0);
    }
}
