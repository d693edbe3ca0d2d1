package io.trivet.client;

import io.trivet.model.ClusterView;
import io.trivet.model.Debt;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.RepairReport;
import io.trivet.placement.Member;
import io.trivet.placement.Weights;
import java.util.List;
import java.util.Map;

/**
 * The nodes of a cluster with everything that the leader knows about them.
 *
 * @param reports the last repair report of each node
 */
public record ClusterNodes(ClusterStatus status, Debt debt, Map<NodeId, RepairReport> reports) {
    public ClusterNodes {
        reports = Map.copyOf(reports);
    }

    public ClusterView view() {
        return status.view();
    }

    public RepairReport report(NodeId node) {
        return reports.getOrDefault(node, RepairReport.NONE);
    }

    public boolean isReachable(NodeId node) {
        return status.nodes().stream().anyMatch(known -> known.node().equals(node) && known.reachable());
    }

    /** The number of slots of a node in the newest layout. */
    public int slots(NodeId node) {
        return view().layouts().isEmpty()
                ? 0
                : (int) view().layout().homes().stream()
                        .filter(homes -> homes.contains(node))
                        .count();
    }

    /** The weight in percent of an ordinary node's. */
    public int weightPercent(NodeId node) {
        return weights().stream()
                .filter(member -> member.node().equals(node))
                .mapToInt(Member::weight)
                .findFirst()
                .orElse(0);
    }

    private List<Member> weights() {
        return Weights.members(view().nodes().stream()
                .filter(node -> node.standing().mayHaveSlots())
                .toList());
    }

    /** Reachable nodes that may have slots and have none. */
    public List<NodeId> waiting() {
        return view().nodes().stream()
                .filter(node -> node.standing().mayHaveSlots() && isReachable(node.id()) && slots(node.id()) == 0)
                .map(Node::id)
                .toList();
    }

    /** Whether a reachable node without a seat could take over a master's. */
    public boolean maySeatMove() {
        return view().nodes().stream()
                .anyMatch(node -> !node.master() && node.standing().mayHaveSlots() && isReachable(node.id()));
    }

    /**
     * Whether everything that a node held is safe on others: it has compared and handed back at the
     * newest layout, no published layout names it, the debt is checked and zero without conflicts,
     * and it has no seat. Only then may it be switched off permanently.
     */
    public boolean maySwitchOff(Node node) {
        return isHandedOver(node.id()) && !node.master();
    }

    /** Like {@link #maySwitchOff}, except that the node may have a seat. */
    public boolean isHandedOver(NodeId node) {
        RepairReport report = report(node);
        return !view().layouts().isEmpty()
                && isReachable(node)
                && view().layouts().stream().noneMatch(layout -> layout.nodes().contains(node))
                && report.layoutVersion() == view().layout().version()
                && report.surplus() == 0
                && debt.checked()
                && debt.owed() == 0
                && debt.conflicts() == 0;
    }
}
