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

/**
 * What the leader knows of the nodes at the moment: who was heard from, when, and what it said. In memory only: a new leader gives everybody the benefit of
 * the doubt for {@link #SILENT_AFTER}. Any thread.
 */
final class Presence {
    /** A node that was silent for so long is avoided: five heartbeats. */
    static final Duration SILENT_AFTER = Duration.ofSeconds(5);

    private final Map<NodeId, Heard> heard = new ConcurrentHashMap<>();
    private volatile long leadingSinceNanos = System.nanoTime();

    private record Heard(long atNanos, Request.Heartbeat beat) {}

    /** This node leads from now on: what it heard in an earlier term says nothing. */
    void begin() {
        heard.clear();
        leadingSinceNanos = System.nanoTime();
    }

    void heard(Request.Heartbeat beat) {
        heard.put(beat.node(), new Heard(System.nanoTime(), beat));
    }

    List<Request.Heartbeat> beats() {
        return heard.values().stream().map(Heard::beat).toList();
    }

    boolean isReachable(NodeId node) {
        Heard last = heard.get(node);
        long since = last == null ? leadingSinceNanos : last.atNanos;
        return System.nanoTime() - since < SILENT_AFTER.toNanos();
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
        long since = last == null ? leadingSinceNanos : last.atNanos;
        Duration silence = Duration.ofNanos(System.nanoTime() - since);
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
            return new Reply.NodeState(node.id(), isReachable(node.id()), 0, 0, takes, ScrubReport.NONE);
        }
        Request.Heartbeat beat = last.beat;
        return new Reply.NodeState(
                node.id(),
                isReachable(node.id()),
                beat.usedBytes(),
                beat.freeBytes(),
                takes && beat.acceptsChunks(),
                beat.scrub());
    }
}
