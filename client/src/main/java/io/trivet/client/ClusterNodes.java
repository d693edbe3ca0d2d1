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
 * The nodes of a cluster with all that their leader knows about them.
 *
 * @param reports what each node said last of its repair
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

    /** Slots of the newest layout that a node has. */
    public int slots(NodeId node) {
        return view().layouts().isEmpty()
                ? 0
                : (int) view().layout().homes().stream()
                        .filter(homes -> homes.contains(node))
                        .count();
    }

    /** In hundredths of an ordinary node. */
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

    /** New nodes that are there and have no slots. */
    public List<NodeId> waiting() {
        return view().nodes().stream()
                .filter(node -> node.standing().mayHaveSlots() && isReachable(node.id()) && slots(node.id()) == 0)
                .map(Node::id)
                .toList();
    }

    /** Whether a node that has no seat is there to take that of a master. */
    public boolean maySeatMove() {
        return view().nodes().stream()
                .anyMatch(node -> !node.master() && node.standing().mayHaveSlots() && isReachable(node.id()));
    }

    /**
     * Whether everything a node held is safe on others and nothing says otherwise: it compared and
     * handed back at the newest layout, no published layout names it, nothing is owed by anyone,
     * checked, and it has no seat. Only then may it be switched off for good.
     */
    public boolean maySwitchOff(Node node) {
        return isHandedOver(node.id()) && !node.master();
    }

    /** The same, but for a seat that it may have. */
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
