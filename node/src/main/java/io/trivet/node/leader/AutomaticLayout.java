package io.trivet.node.leader;

import io.trivet.model.Absence;
import io.trivet.model.AdminState;
import io.trivet.model.ClusterView;
import io.trivet.model.Layout;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.placement.Member;
import io.trivet.placement.Planner;
import io.trivet.placement.Weights;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decides, for the leader, when the layout changes automatically. A node that was silent, or
 * without disks for its slots, for too long is laid out; when it is back, it is laid in. A trial of one
 * node that grows gets its second replica, and new nodes are taken in if an operator enabled that.
 * A pure function of what the leader sees.
 *
 * <p>It makes one change at a time; never below R nodes; never while half of the nodes or more are
 * silent or without disks, because then the network is the more likely cause; never if the others
 * cannot hold the data; and never before what the last change moved has been pulled. A node that
 * joined a cluster with data, or was drained, waits for an operator.
 */
public final class AutomaticLayout {
    /** Room that must be left for each byte that moves, in percent. */
    private static final long ROOM_PERCENT = 110;

    private AutomaticLayout() {}

    /** The next layout, and why. */
    public record Change(Layout layout, String reason) {}

    public static Optional<Change> next(ClusterView view, List<ObservedNode> nodes, Duration silentFor) {
        if (view.layouts().isEmpty()) {
            return Optional.empty();
        }
        List<ObservedNode> mine = mayHaveSlots(view, nodes);
        return trialThatGrows(view, mine)
                .or(() -> back(view, mine))
                .or(() -> gone(view, mine, silentFor))
                .or(() -> newcomer(view, mine));
    }

    private static List<ObservedNode> mayHaveSlots(ClusterView view, List<ObservedNode> nodes) {
        return nodes.stream().filter(node -> mayHaveSlots(view, node.node())).toList();
    }

    private static boolean mayHaveSlots(ClusterView view, NodeId id) {
        return view.node(id).filter(node -> node.standing().mayHaveSlots()).isPresent();
    }

    private static boolean isWaiting(ClusterView view, NodeId id) {
        return view.node(id)
                .filter(node -> node.standing() == AdminState.WAITING)
                .isPresent();
    }

    /**
     * For a cluster without data: the layout for its disks and zones instead of the first chain of
     * equal nodes, since nothing has to move. Empty if that is the present one, or a node's
     * capacity is not known yet.
     */
    public static Optional<Change> young(ClusterView view) {
        List<Node> all = view.nodes().stream()
                .filter(node -> node.standing().mayHaveSlots())
                .toList();
        boolean ordinary = Weights.members(all).stream()
                .allMatch(member -> member.weight() == Weights.ORDINARY
                        && member.zone().equals(all.getFirst().zone()));
        boolean known = all.stream().allMatch(node -> node.nodeShare().capacityBytes() > 0);
        if (ordinary
                || !known
                || view.layouts().isEmpty()
                || all.size() < view.layout().replicas()) {
            return Optional.empty();
        }
        Layout fresh =
                Planner.fresh(Weights.members(all), view.layout().replicas()).layout();
        return fresh.homes().equals(view.layout().homes())
                ? Optional.empty()
                : Optional.of(new Change(
                        fresh.withVersion(view.layout().version() + 1),
                        "nothing is stored yet: slots follow the disks"));
    }

    /** Takes in one node at a time, and only after the previous one has all its replicas. */
    private static Optional<Change> newcomer(ClusterView view, List<ObservedNode> nodes) {
        if (!view.rebalanceSettings().automatic() || view.layouts().size() > 1) {
            return Optional.empty();
        }
        return nodes.stream()
                .filter(node -> node.holds() && isWaiting(view, node.node()))
                .findFirst()
                .map(node -> with(view, node.node(), node.node() + " is new: taken in"));
    }

    private static Change with(ClusterView view, NodeId more, String reason) {
        Set<NodeId> members = new TreeSet<>(view.layout().nodes());
        members.add(more);
        return change(view, members, view.layout().replicas(), reason);
    }

    private static Optional<Change> trialThatGrows(ClusterView view, List<ObservedNode> nodes) {
        Layout layout = view.layout();
        Set<NodeId> present = holding(nodes);
        boolean trial = view.replicasWanted() == 0
                && layout.replicas() == 1
                && layout.nodes().size() == 1;
        return trial && present.size() > 1 && present.containsAll(layout.nodes())
                ? Optional.of(change(view, present, 2, "a trial of one node grows: two replicas from now on"))
                : Optional.empty();
    }

    private static Optional<Change> back(ClusterView view, List<ObservedNode> nodes) {
        Layout layout = view.layout();
        return nodes.stream()
                .filter(node -> node.holds()
                        && node.report().wasHome()
                        && !isWaiting(view, node.node())
                        && !layout.nodes().contains(node.node()))
                .flatMap(node -> back(view, nodes, node).stream())
                .findFirst();
    }

    /**
     * The slots that the node had, or as many as the rest of its disks has room for. A node that lost its large disk
     * would be full at once with what it had, and be laid out again.
     */
    private static Optional<Change> back(ClusterView view, List<ObservedNode> nodes, ObservedNode node) {
        Set<NodeId> members = new TreeSet<>(view.layout().nodes());
        members.add(node.node());
        int replicas = view.layout().replicas();
        return Stream.of(earlier(view, members, replicas), Optional.of(planned(view, members, replicas)))
                .flatMap(Optional::stream)
                .filter(layout -> hasRoom(layout, nodes, node))
                .findFirst()
                .map(layout -> new Change(layout, node.node() + " is back: laid in"));
    }

    /** Whether its disks are as large as its part of all replicas. */
    private static boolean hasRoom(Layout layout, List<ObservedNode> nodes, ObservedNode node) {
        long stored = nodes.stream()
                .filter(other -> other.holds() && !other.node().equals(node.node()))
                .mapToLong(ObservedNode::usedBytes)
                .sum();
        long slots = layout.homes().stream()
                .filter(homes -> homes.contains(node.node()))
                .count();
        double part = (double) slots / layout.homes().size() / layout.replicas();
        return node.usedBytes() + node.freeBytes() >= stored * part;
    }

    /**
     * How long a node has been away, and whether and when {@link #next} takes its slots from it.
     */
    static Absence absence(ClusterView view, List<ObservedNode> nodes, NodeId id, Duration silentFor) {
        return nodes.stream()
                .filter(node -> node.node().equals(id) && !node.holds())
                .findFirst()
                .map(node -> absence(view, mayHaveSlots(view, nodes), node, silentFor))
                .orElse(Absence.NONE);
    }

    private static Absence absence(ClusterView view, List<ObservedNode> nodes, ObservedNode node, Duration silentFor) {
        Absence.Outlook outlook = outlook(view, nodes, node);
        Duration left = silentFor.minus(node.away());
        return new Absence(
                node.away(), outlook, outlook == Absence.Outlook.DUE && left.isPositive() ? left : Duration.ZERO);
    }

    private static Absence.Outlook outlook(ClusterView view, List<ObservedNode> nodes, ObservedNode node) {
        if (node.holds()
                || view.layouts().isEmpty()
                || !view.layout().nodes().contains(node.node())
                || !mayHaveSlots(view, node.node())) {
            return Absence.Outlook.NONE;
        }
        Layout layout = view.layout();
        if (layout.nodes().size() <= layout.replicas()) {
            return Absence.Outlook.TOO_FEW_NODES;
        }
        long away = nodes.stream().filter(each -> !each.holds()).count();
        if (2 * away >= nodes.size()) {
            return Absence.Outlook.TOO_MANY_AWAY;
        }
        if (!canHold(layout, nodes, node)) {
            return Absence.Outlook.NO_ROOM;
        }
        return isPulled(view, nodes) ? Absence.Outlook.DUE : Absence.Outlook.CHANGE_UNDER_WAY;
    }

    private static Optional<Change> gone(ClusterView view, List<ObservedNode> nodes, Duration silentFor) {
        Layout layout = view.layout();
        return nodes.stream()
                .filter(node -> outlook(view, nodes, node) == Absence.Outlook.DUE
                        && node.away().compareTo(silentFor) >= 0)
                .findFirst()
                .map(node -> {
                    Set<NodeId> members = new TreeSet<>(layout.nodes());
                    members.remove(node.node());
                    return change(
                            view,
                            members,
                            layout.replicas(),
                            node.node() + (node.present() ? " had no disk for its slots for " : " was silent for ")
                                    + node.away().toSeconds() + " s: laid out");
                });
    }

    /**
     * A node that was not heard from in this term is assumed to hold what the others hold on
     * average.
     */
    private static boolean canHold(Layout layout, List<ObservedNode> nodes, ObservedNode gone) {
        List<ObservedNode> rest = nodes.stream()
                .filter(node -> node.holds() && layout.nodes().contains(node.node()))
                .toList();
        long average = rest.isEmpty()
                ? 0
                : rest.stream().mapToLong(ObservedNode::usedBytes).sum() / rest.size();
        long needed = Math.max(gone.usedBytes(), average);
        long free = rest.stream().mapToLong(ObservedNode::freeBytes).sum();
        return free / ROOM_PERCENT >= needed / 100;
    }

    /** Whether the present nodes have what an earlier change, not settled yet, gave them. */
    private static boolean isPulled(ClusterView view, List<ObservedNode> nodes) {
        return view.layouts().size() == 1
                || nodes.stream()
                        .filter(node -> node.holds() && view.layout().nodes().contains(node.node()))
                        .allMatch(node -> node.report().bytesPerSecond() == 0
                                && (node.report().layoutVersion()
                                                == view.layout().version()
                                        || !node.report().trouble().isEmpty()));
    }

    private static Change change(ClusterView view, Set<NodeId> members, int replicas, String reason) {
        return new Change(
                earlier(view, members, replicas).orElseGet(() -> planned(view, members, replicas)), reason);
    }

    /**
     * The table of an earlier layout of the same nodes, if one is still published, so that what has not moved yet
     * need not move.
     */
    private static Optional<Layout> earlier(ClusterView view, Set<NodeId> members, int replicas) {
        return view.layouts().stream()
                .filter(layout -> layout.replicas() == replicas
                        && Set.copyOf(layout.nodes()).equals(members))
                .findFirst()
                .map(layout -> layout.withVersion(view.layout().version() + 1));
    }

    private static Layout planned(ClusterView view, Set<NodeId> members, int replicas) {
        return Planner.next(view.layout(), members(view, members), replicas).layout();
    }

    private static List<Member> members(ClusterView view, Set<NodeId> ids) {
        return Weights.members(
                view.nodes().stream().filter(node -> ids.contains(node.id())).toList());
    }

    private static Set<NodeId> holding(List<ObservedNode> nodes) {
        return nodes.stream()
                .filter(ObservedNode::holds)
                .map(ObservedNode::node)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
