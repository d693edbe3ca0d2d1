package io.trivet.node.leader;

import io.trivet.model.AdminState;
import io.trivet.model.ClusterView;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.SeatReport;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Decides, for the leader, which nodes vote: the wanted number of masters once there are so many
 * nodes, and another node in place of one that leaves, was silent for too long, or lost its log
 * (rule 8). No clock, no state: an unfinished change is found again from the current state.
 *
 * <p>It takes one step at a time. The new master comes first and counts when it has caught up; only
 * then the old one goes, and the leader only after it has handed over. A step is taken only if a
 * majority of the voters after it is present. A voter that is silent or lost its log keeps its seat
 * until it is replaced: fewer voters would tolerate no more losses, and a silent one may return and
 * complete the majority.
 */
public final class VoterPlanner {
    private final ClusterView view;
    private final Map<NodeId, ObservedNode> witnesses = new HashMap<>();
    private final Set<NodeId> voters;
    private final NodeId leader;
    private final Duration silentFor;

    /** A change of the voters. */
    public sealed interface Change {
        /** Gives this node a seat. */
        record Give(NodeId node) implements Change {}

        /** Takes this node's seat. */
        record Take(NodeId node) implements Change {}

        /** The leader must go: this voter must lead first. */
        record HandOver(NodeId next) implements Change {}
    }

    /**
     * What the leader sees.
     *
     * @param voters the current voters of the quorum
     * @param silentFor a master that was silent for so long is replaced
     */
    public VoterPlanner(
            ClusterView view, List<ObservedNode> nodes, Set<NodeId> voters, NodeId leader, Duration silentFor) {
        this.view = view;
        nodes.forEach(node -> witnesses.put(node.node(), node));
        this.voters = new TreeSet<>(voters);
        this.leader = leader;
        this.silentFor = silentFor;
    }

    /**
     * The next step, if one can be taken now. {@code passedOver} are nodes that refused a seat
     * recently.
     */
    public Optional<Change> next(Set<NodeId> passedOver) {
        if (voters.size() > view.mastersWanted()) {
            return first(replaced()).or(() -> first(surplus()));
        }
        if (staying().count() == view.mastersWanted()) {
            return Optional.empty();
        }
        Optional<NodeId> newcomer = newcomer(passedOver);
        return newcomer.isPresent() ? newcomer.flatMap(this::give) : first(removed());
    }

    private Optional<Change> first(Stream<NodeId> goers) {
        return goers.flatMap(node -> take(node).stream()).findFirst();
    }

    private Stream<NodeId> staying() {
        return voters.stream().filter(this::stays);
    }

    /** Those that serve the quorum least first; the leader last. */
    private Stream<NodeId> replaced() {
        return voters.stream()
                .filter(node -> !stays(node))
                .sorted(Comparator.<NodeId, Boolean>comparing(leader::equals).thenComparing(this::serves));
    }

    /**
     * Voters with a sound log whose Raft member does not run: they are offered their seat again.
     */
    public List<NodeId> asleep() {
        return voters.stream()
                .filter(node -> isPresent(node)
                        && (standing(node) == SeatReport.Standing.RESTING
                                || standing(node) == SeatReport.Standing.STOPPED))
                .toList();
    }

    /**
     * Nodes that consider themselves masters but are no voters: they were replaced while they were
     * away.
     */
    public List<NodeId> strangers() {
        return view.nodes().stream()
                .map(Node::id)
                .filter(node -> !voters.contains(node) && isPresent(node) && standing(node) == SeatReport.Standing.HELD)
                .toList();
    }

    private boolean stays(NodeId voter) {
        return !isLeaving(voter) && !isSilent(voter) && standing(voter) != SeatReport.Standing.LOST;
    }

    /**
     * The best candidate for a seat: in the zone with the fewest masters, then the first that
     * joined.
     */
    private Optional<NodeId> newcomer(Set<NodeId> passedOver) {
        return view.nodes().stream()
                .filter(node -> !voters.contains(node.id())
                        && !isLeaving(node.id())
                        && !passedOver.contains(node.id())
                        && isPresent(node.id())
                        && mayTake(standing(node.id())))
                .min(Comparator.comparingLong(this::mastersInZone).thenComparing(Node::id))
                .map(Node::id);
    }

    private static boolean mayTake(SeatReport.Standing standing) {
        return standing == SeatReport.Standing.NONE || standing == SeatReport.Standing.RESTING;
    }

    private long mastersInZone(Node node) {
        return staying()
                .flatMap(voter -> view.node(voter).stream())
                .filter(master -> master.zone().equals(node.zone()))
                .count();
    }

    /**
     * Removed nodes lose their seat even if no node replaces them, because they only make
     * majorities harder.
     */
    private Stream<NodeId> removed() {
        return voters.stream().filter(voter -> standingOf(voter) == AdminState.REMOVED);
    }

    /**
     * If there are more masters than wanted: first those that do not serve, then the last that
     * joined, never the leader.
     */
    private Stream<NodeId> surplus() {
        return staying()
                .filter(node -> !node.equals(leader))
                .sorted(Comparator.<NodeId, Boolean>comparing(this::serves).thenComparing(Comparator.reverseOrder()));
    }

    private Optional<Change> give(NodeId node) {
        List<NodeId> after = Stream.concat(voters.stream(), Stream.of(node)).toList();
        long there = voters.stream().filter(this::serves).count() + 1;
        return 2 * there > after.size() ? Optional.of(new Change.Give(node)) : Optional.empty();
    }

    private Optional<Change> take(NodeId node) {
        List<NodeId> after =
                voters.stream().filter(other -> !other.equals(node)).toList();
        long there = after.stream().filter(this::serves).count();
        if (2 * there <= after.size()) {
            return Optional.empty();
        }
        return node.equals(leader) ? handOver(after) : Optional.of(new Change.Take(node));
    }

    private Optional<Change> handOver(Collection<NodeId> after) {
        return after.stream()
                .filter(node -> stays(node) && serves(node))
                .findFirst()
                .map(Change.HandOver::new);
    }

    /** Whether it votes, as far as known. */
    private boolean serves(NodeId voter) {
        return voter.equals(leader) || (isPresent(voter) && standing(voter) == SeatReport.Standing.HELD);
    }

    private boolean isLeaving(NodeId node) {
        return !standingOf(node).mayHaveSlots();
    }

    /** A forgotten node was removed before. */
    private AdminState standingOf(NodeId node) {
        return view.node(node).map(Node::standing).orElse(AdminState.REMOVED);
    }

    private boolean isSilent(NodeId node) {
        ObservedNode observedNode = witnesses.get(node);
        return observedNode != null
                && !observedNode.present()
                && observedNode.silence().compareTo(silentFor) >= 0;
    }

    private boolean isPresent(NodeId node) {
        ObservedNode observedNode = witnesses.get(node);
        return observedNode != null && observedNode.present();
    }

    private SeatReport.Standing standing(NodeId node) {
        ObservedNode observedNode = witnesses.get(node);
        return observedNode == null
                ? SeatReport.Standing.NONE
                : observedNode.seat().in(view.epoch());
    }
}
