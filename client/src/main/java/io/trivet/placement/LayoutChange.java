package io.trivet.placement;

import io.trivet.model.AdminState;
import io.trivet.model.ClusterView;
import io.trivet.model.Command;
import io.trivet.model.Layout;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.NodeShare;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * The plan for an operator's request, computed from a view: the command that applies it if the
 * layout is still that of the view, and what moves.
 *
 * @param layoutPlan what moves; its layout is that of the command
 */
public record LayoutChange(Command.Rearrange command, LayoutPlan layoutPlan) {
    /**
     * A pure function.
     *
     * @param present the nodes that can be reached; others keep their slots, but get none if they
     *     have none yet
     * @throws TrivetException if the request is impossible, with what to do
     */
    public static LayoutChange of(ClusterView view, Set<NodeId> present, LayoutRequest layoutRequest) {
        return new Planning(view, present).of(layoutRequest);
    }

    /** One plan while it is computed. */
    private static final class Planning {
        private final ClusterView view;
        private final Set<NodeId> present;
        private final Layout layout;
        private final Set<NodeId> members;
        private final List<Node> nodes;
        private final List<Node> changed = new ArrayList<>();

        Planning(ClusterView view, Set<NodeId> present) {
            this.view = view;
            this.present = present;
            this.layout = view.layout();
            this.members = new TreeSet<>(layout.nodes());
            this.nodes = new ArrayList<>(view.nodes());
        }

        LayoutChange of(LayoutRequest layoutRequest) {
            return switch (layoutRequest) {
                case LayoutRequest.Balance ignored -> {
                    takeIn();
                    yield planned(layout.replicas());
                }
                case LayoutRequest.Drain(NodeId node) -> leaving(node, AdminState.DRAINED);
                case LayoutRequest.Remove(NodeId node) -> leaving(node, AdminState.REMOVED);
                case LayoutRequest.TakeBack(NodeId node) -> takeBack(node);
                case LayoutRequest.Describe describe -> describe(describe);
                case LayoutRequest.Replicas(int number) -> replicas(number);
                case LayoutRequest.Back ignored -> back();
            };
        }

        private void takeIn() {
            nodes.stream()
                    .filter(node -> node.standing().mayHaveSlots() && present.contains(node.id()))
                    .forEach(node -> members.add(node.id()));
        }

        /** Takes in waiting nodes only if there would be too few without them. */
        private LayoutChange leaving(NodeId id, AdminState adminState) {
            Node node = node(id);
            if (node.standing() == AdminState.REMOVED || node.standing() == adminState) {
                throw bad(id, "it is " + (adminState == AdminState.DRAINED ? "drained" : "removed") + " already");
            }
            change(id, known -> known.withPart(known.nodeShare().withStanding(adminState)));
            if (!members.remove(id)) {
                return unmoved();
            }
            takeInIfTooFew(layout.replicas());
            return planned(layout.replicas());
        }

        private void takeInIfTooFew(int replicas) {
            if (members.size() < replicas) {
                takeIn();
            }
        }

        private LayoutChange takeBack(NodeId id) {
            if (node(id).standing() != AdminState.DRAINED) {
                throw bad(id, "it is not drained");
            }
            if (!present.contains(id)) {
                throw bad(id, "it is down: start it first");
            }
            change(id, known -> known.withPart(known.nodeShare().withStanding(AdminState.IN)));
            members.add(id);
            return planned(layout.replicas());
        }

        private LayoutChange describe(LayoutRequest.Describe describe) {
            boolean moves = false;
            for (LayoutRequest.Description one : describe.nodes()) {
                change(one.node(), known -> described(known, one));
                moves |= members.contains(one.node());
            }
            return moves && !describe.later() ? planned(layout.replicas()) : unmoved();
        }

        private static Node described(Node node, LayoutRequest.Description one) {
            NodeShare nodeShare = one.percent() instanceof Integer percent
                    ? node.nodeShare().withChosenPercent(percent)
                    : node.nodeShare();
            return node.withPart(nodeShare).withZone(one.zone() instanceof String zone ? zone : node.zone());
        }

        private LayoutChange replicas(int number) {
            takeInIfTooFew(number);
            return rearrangement(Planner.next(layout, weighed(), number), number);
        }

        private LayoutChange back() {
            Layout before = view.before() instanceof Layout known ? known : nothingBefore();
            for (NodeId id : before.nodes()) {
                Node node = view.node(id).orElseThrow(() -> bad(id, "the table of before names it, and it is gone"));
                if (node.standing() == AdminState.REMOVED || !present.contains(id)) {
                    throw bad(id, "the table of before names it, and it is down or removed");
                }
                if (node.standing() == AdminState.DRAINED) {
                    change(id, known -> known.withPart(known.nodeShare().withStanding(AdminState.IN)));
                }
            }
            members.removeAll(before.nodes());
            for (NodeId id : members) {
                if (node(id).standing() == AdminState.IN) {
                    change(id, known -> known.withPart(known.nodeShare().withStanding(AdminState.WAITING)));
                }
            }
            return rearrangement(
                    Planner.back(layout, before), before.replicas() == layout.replicas() ? 0 : before.replicas());
        }

        private static Layout nothingBefore() {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST,
                    "",
                    "there is no earlier layout to return to: no operator has changed the layout");
        }

        private LayoutChange planned(int replicas) {
            return rearrangement(Planner.next(layout, weighed(), replicas), 0);
        }

        /**
         * The same table under the next version; the recorded facts apply from the next plan on.
         */
        private LayoutChange unmoved() {
            return rearrangement(Planner.back(layout, layout), 0);
        }

        private LayoutChange rearrangement(LayoutPlan layoutPlan, int replicasWanted) {
            List<Command.Change> changes = changed.stream()
                    .map(node -> new Command.Change(
                            node.id(), node.standing(), node.nodeShare().chosenPercent(), node.zone()))
                    .toList();
            return new LayoutChange(new Command.Rearrange(layoutPlan.layout(), changes, replicasWanted), layoutPlan);
        }

        private List<Member> weighed() {
            return Weights.members(
                    nodes.stream().filter(node -> members.contains(node.id())).toList());
        }

        private void change(NodeId id, UnaryOperator<Node> change) {
            Node now = changedBy(id, change);
            nodes.replaceAll(node -> node.id().equals(id) ? now : node);
            changed.removeIf(node -> node.id().equals(id));
            changed.add(now);
        }

        private Node changedBy(NodeId id, UnaryOperator<Node> change) {
            try {
                return change.apply(node(id));
            } catch (IllegalArgumentException e) {
                throw new TrivetException(
                        new Refusal(Refusal.Kind.BAD_REQUEST, id.toString(), String.valueOf(e.getMessage())), e);
            }
        }

        private Node node(NodeId id) {
            return nodes.stream()
                    .filter(node -> node.id().equals(id))
                    .findFirst()
                    .orElseThrow(() -> bad(id, "this cluster has no such node"));
        }

        private static TrivetException bad(NodeId node, String detail) {
            return TrivetException.of(Refusal.Kind.BAD_REQUEST, node.toString(), detail);
        }
    }
}
