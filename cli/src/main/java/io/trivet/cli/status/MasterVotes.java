package io.trivet.cli.status;

import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.ClusterStatus;
import io.trivet.client.ClusterStatus.NodeStatus;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.SeatReport;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which masters vote now. A node is a master as long as the quorum counts it; one that is down or
 * lost its log is counted and does not vote.
 */
public record MasterVotes(ClusterStatus status) {
    /** Whether a master votes; empty if unknown. */
    Optional<Boolean> votes(Node master) {
        Optional<NodeStatus> now = NodeStatusText.in(status, master).known();
        if (status.leader().isEmpty() || now.isEmpty()) {
            return Optional.empty();
        }
        if (isLeader(master.id()) || !now.get().reachable()) {
            return Optional.of(now.get().reachable());
        }
        return now.filter(NodeStatus::isUp)
                .flatMap(NodeStatus::seat)
                .map(seat -> seat.votes(status.view().epoch()));
    }

    /** The masters that are known to vote. */
    public List<Node> voting() {
        return masters().stream()
                .filter(master -> votes(master).equals(Optional.of(true)))
                .toList();
    }

    boolean isKnown() {
        return masters().stream().noneMatch(master -> votes(master).isEmpty());
    }

    /**
     * Whether the next failure of a master stops all changes of the namespace, although there is
     * more than one master.
     */
    boolean hasNoMargin() {
        return isKnown() && masters().size() > 1 && voting().size() <= majority();
    }

    /**
     * Which masters do not vote and why, then the consequence; empty if all vote and one may fail.
     */
    public List<Text> remarks() {
        List<Text> remarks = new ArrayList<>();
        masters().forEach(master -> seat(master).ifPresent(seat -> remarks.add(trouble(master, seat))));
        if (isKnown() && voting().size() < majority()) {
            remarks.add(Text.of(
                    "only {0} of {1} vote and {2} are needed: nothing can be saved; start the masters that are down",
                    voting().size(), Text.count(masters().size(), "master"), majority()));
        } else if (hasNoMargin()) {
            remarks.add(Text.of(
                    "{0} of {1} vote: one more failure stops writing",
                    voting().size(), Text.count(masters().size(), "master")));
        } else if (isKnown() && voting().size() < masters().size()) {
            remarks.add(Text.of(
                    "{0} of {1} vote", voting().size(), Text.count(masters().size(), "master")));
        }
        return remarks;
    }

    /** That there are fewer masters than are wanted, although there are nodes for them. */
    Optional<Text> missing() {
        int wanted = status.view().mastersWanted();
        return masters().size() < wanted && wanted <= status.view().nodes().size()
                ? Optional.of(Text.of(
                        "only {0} of {1}: `trivet masters` shows them",
                        Text.count(masters().size(), "master"), wanted))
                : Optional.empty();
    }

    /** A master in a list. */
    public Text name(Node master) {
        if (isLeader(master.id())) {
            return Text.of("{0} (leader)", master.name());
        }
        if (!votes(master).equals(Optional.of(false))) {
            return Text.plain(master.name());
        }
        return seat(master).isPresent()
                ? Text.of("{0} (does not vote)", master.name())
                : Text.of("{0} (down)", master.name());
    }

    /** Adds {@code votes} and {@code seatTrouble}; null for a node that is not a master. */
    Json put(Json json, Node node) {
        Optional<SeatReport> seat = node.master() ? seat(node) : Optional.empty();
        return json.put("votes", node.master() ? votes(node).orElse(null) : null)
                .put("seatTrouble", seat.map(SeatReport::trouble).orElse(null));
    }

    private List<Node> masters() {
        return status.view().masters();
    }

    private int majority() {
        return masters().size() / 2 + 1;
    }

    private boolean isLeader(NodeId node) {
        return status.leader().equals(Optional.of(node));
    }

    /** The report of a node that is up and does not vote. */
    private Optional<SeatReport> seat(Node master) {
        return NodeStatusText.in(status, master)
                .up()
                .flatMap(NodeStatus::seat)
                .filter(seat ->
                        !isLeader(master.id()) && !seat.votes(status.view().epoch()));
    }

    private Text trouble(Node master, SeatReport seat) {
        SeatReport.Standing standing = seat.in(status.view().epoch());
        Text what = seat.sinceMs() == 0 || standing == SeatReport.Standing.NONE
                ? Text.of("{0} is a master and does not vote", master.name())
                : Text.of(
                        "{0} is a master and does not vote since {1}: {2}",
                        master.name(), time(seat.sinceMs()), Text.told(seat.trouble()));
        return switch (standing) {
            case HELD, STOPPED -> what;
            case NONE, RESTING -> Text.of("{0}; the leader will give it its seat back", what);
            case LOST ->
                mayBeReplaced()
                        ? Text.of("{0}; another node takes its seat", what)
                        : Text.of(
                                "{0}; add a server (`trivet token`), which takes over its seat: this node cannot become a master again",
                                what);
        };
    }

    /**
     * Whether another node is about to take the seat: it just got one, or a node without a seat is
     * available.
     */
    private boolean mayBeReplaced() {
        return masters().size() > status.view().mastersWanted()
                || status.view().nodes().stream()
                        .filter(node -> !node.master() && node.standing().mayHaveSlots())
                        .flatMap(node -> NodeStatusText.in(status, node).up().stream())
                        .flatMap(now -> now.seat().stream())
                        .anyMatch(seat -> seat.in(status.view().epoch()) != SeatReport.Standing.LOST);
    }

    private static String time(long ms) {
        return Instant.ofEpochMilli(ms).truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
