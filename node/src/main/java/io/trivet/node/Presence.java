package io.trivet.node;

import io.trivet.model.ClusterView;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.RepairReport;
import io.trivet.model.ScrubReport;
import io.trivet.model.SeatReport;
import io.trivet.repair.Witness;
import io.trivet.wire.Reply;
import io.trivet.wire.Request;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * What the leader knows of the nodes at the moment: who was heard from, when, and what it said. In memory only: whoever is new, or was not
 * heard from since the election, has the benefit of the doubt for {@link #SILENT_AFTER}; its silence counts from when it was looked for first. Any thread.
 */
final class Presence {
    /** A node that was silent for so long is avoided: five heartbeats. */
    static final Duration SILENT_AFTER = Duration.ofSeconds(5);

    private final Map<NodeId, Heard> heard = new ConcurrentHashMap<>();
    private final Map<NodeId, Long> lookedForNanos = new ConcurrentHashMap<>();
    private final LongSupplier clock;

    private record Heard(long atNanos, Request.Heartbeat beat) {}

    Presence() {
        this(System::nanoTime);
    }

    /** @param clock in nanoseconds, which never goes back */
    Presence(LongSupplier clock) {
        this.clock = clock;
    }

    /** This node leads from now on: what it heard in an earlier term says nothing. */
    void begin() {
        heard.clear();
        lookedForNanos.clear();
    }

    void heard(Request.Heartbeat beat) {
        heard.put(beat.node(), new Heard(clock.getAsLong(), beat));
    }

    List<Request.Heartbeat> beats() {
        return heard.values().stream().map(Heard::beat).toList();
    }

    boolean isReachable(NodeId node) {
        return silence(node).compareTo(SILENT_AFTER) < 0;
    }

    private Duration silence(NodeId node) {
        Heard last = heard.get(node);
        long now = clock.getAsLong();
        return Duration.ofNanos(now - (last == null ? lookedForNanos.computeIfAbsent(node, _ -> now) : last.atNanos));
    }

    /** Whether the node was heard from in this term, and within the time. */
    boolean isPresent(NodeId node) {
        return heard.containsKey(node) && isReachable(node);
    }

    /** The nodes as repair wants to see them. */
    List<Witness> witnesses(ClusterView view) {
        return view.nodes().stream().map(Node::id).map(this::witness).toList();
    }

    private Witness witness(NodeId node) {
        Heard last = heard.get(node);
        Duration silence = silence(node);
        return last == null
                ? new Witness(node, false, silence, 0, 0, 0, RepairReport.NONE, SeatReport.NONE)
                : new Witness(
                        node,
                        isReachable(node),
                        silence,
                        last.beat.usedBytes(),
                        last.beat.freeBytes(),
                        last.beat.lossEpoch(),
                        last.beat.repair(),
                        last.beat.seat());
    }

    /** What each node says of its repair; {@link RepairReport#NONE} where it was not heard from in this term. */
    List<Reply.NodeReport> reports(ClusterView view) {
        return witnesses(view).stream()
                .map(node -> new Reply.NodeReport(node.node(), node.present(), node.report()))
                .toList();
    }

    List<Reply.NodeState> states(ClusterView view) {
        return view.nodes().stream().map(this::state).toList();
    }

    private Reply.NodeState state(Node node) {
        boolean takes = node.standing().mayHaveSlots();
        Heard last = heard.get(node.id());
        if (last == null) {
            return new Reply.NodeState(node.id(), isReachable(node.id()), false, 0, 0, takes, ScrubReport.NONE);
        }
        Request.Heartbeat beat = last.beat;
        return new Reply.NodeState(
                node.id(),
                isReachable(node.id()),
                true,
                beat.usedBytes(),
                beat.freeBytes(),
                takes && beat.acceptsChunks(),
                beat.scrub());
    }
}
