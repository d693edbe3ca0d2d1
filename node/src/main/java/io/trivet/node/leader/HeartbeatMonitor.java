package io.trivet.node.leader;

import io.trivet.model.Absence;
import io.trivet.model.ClusterView;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.RepairReport;
import io.trivet.model.ScrubReport;
import io.trivet.model.SeatReport;
import io.trivet.model.StorageReport;
import io.trivet.model.TrivetException;
import io.trivet.wire.ProcessClock;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/**
 * The last heartbeat of each node, at the leader. In memory only: a node that is new, or was not
 * heard from since the election, counts as reachable for {@link #SILENT_AFTER}; its silence counts
 * from when it was first looked for. Any thread.
 */
public final class HeartbeatMonitor {
    /** A node that was silent for this long, five heartbeats, is avoided. */
    static final Duration SILENT_AFTER = Duration.ofSeconds(5);

    private final Map<NodeId, Heard> heard = new ConcurrentHashMap<>();
    private final Map<NodeId, Long> lookedForNanos = new ConcurrentHashMap<>();
    private final LongSupplier clock;
    private final ProcessInstances processInstances;
    private final Duration replaceAfter;

    /** @param diskNanos when the node last had a working disk, or was first heard */
    private record Heard(long atNanos, Request.Heartbeat beat, long diskNanos) {
        Duration withoutDisk() {
            return beat.withoutDisk() ? Duration.ofNanos(Math.max(1, atNanos - diskNanos)) : Duration.ZERO;
        }
    }

    /** @param replaceAfter a node that is absent for this long loses its slots to others */
    public HeartbeatMonitor(ProcessInstances.Probe probe, Duration replaceAfter) {
        this(ProcessClock::nanos, probe, replaceAfter);
    }

    /**
     * @param clock in nanoseconds, never goes back; without the time in which this process did not
     *     run
     */
    HeartbeatMonitor(LongSupplier clock, ProcessInstances.Probe probe, Duration replaceAfter) {
        this.clock = clock;
        this.replaceAfter = replaceAfter;
        this.processInstances = new ProcessInstances(clock, probe);
    }

    /** This node has become the leader: what it heard in an earlier term does not count. */
    void begin() {
        heard.clear();
        lookedForNanos.clear();
    }

    /**
     * Takes a heartbeat. Throws {@code DENIED} for the second of two processes with the same node
     * identity; its heartbeat does not count.
     */
    public void heardOnce(Request.Heartbeat beat) {
        processInstances.rivalOf(beat).ifPresent(rival -> {
            throw TrivetException.of(
                    Refusal.Kind.DENIED,
                    beat.node().toString(),
                    "another process is this node, and serves at " + rival + ": stop one of the two");
        });
        heard(beat);
    }

    /** Takes the leader's own heartbeat. */
    public void heardOwn(Request.Heartbeat beat) {
        processInstances.own(beat);
        heard(beat);
    }

    void heard(Request.Heartbeat beat) {
        long now = clock.getAsLong();
        heard.compute(
                beat.node(),
                (_, before) -> new Heard(now, beat, before == null || !beat.withoutDisk() ? now : before.diskNanos));
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

    /** Whether the node was heard from in this term and recently enough. */
    public boolean isPresent(NodeId node) {
        return heard.containsKey(node) && isReachable(node);
    }

    /** The nodes as repair sees them. */
    public List<ObservedNode> witnesses(ClusterView view) {
        return view.nodes().stream().map(Node::id).map(this::witness).toList();
    }

    private ObservedNode witness(NodeId node) {
        Heard last = heard.get(node);
        Duration silence = silence(node);
        return last == null
                ? new ObservedNode(node, false, silence, 0, 0, 0, RepairReport.NONE, SeatReport.NONE, Duration.ZERO)
                : new ObservedNode(
                        node,
                        isReachable(node),
                        silence,
                        last.beat.usedBytes(),
                        last.beat.freeBytes(),
                        last.beat.lossEpoch(),
                        last.beat.repair(),
                        last.beat.seat(),
                        last.withoutDisk());
    }

    /**
     * Each node's repair report; {@link RepairReport#NONE} if it was not heard from in this term.
     */
    public List<Reply.NodeReport> reports(ClusterView view) {
        return witnesses(view).stream()
                .map(node -> new Reply.NodeReport(node.node(), node.present(), node.report()))
                .toList();
    }

    /**
     * The current states of all nodes of a view.
     *
     * @param clockAheadMs how far a node's clock is ahead of the cluster's time
     */
    public List<Reply.NodeState> states(ClusterView view, ToLongFunction<NodeId> clockAheadMs) {
        List<ObservedNode> observed = witnesses(view);
        return view.nodes().stream()
                .map(node -> state(
                        node,
                        clockAheadMs.applyAsLong(node.id()),
                        AutomaticLayout.absence(view, observed, node.id(), replaceAfter)))
                .toList();
    }

    private Reply.NodeState state(Node node, long clockAheadMs, Absence absence) {
        boolean takes = node.standing().mayHaveSlots();
        Heard last = heard.get(node.id());
        if (last == null) {
            return new Reply.NodeState(
                    node.id(),
                    isReachable(node.id()),
                    false,
                    0,
                    0,
                    takes,
                    ScrubReport.NONE,
                    StorageReport.NONE,
                    0,
                    Optional.empty(),
                    absence);
        }
        Request.Heartbeat beat = last.beat;
        return new Reply.NodeState(
                node.id(),
                isReachable(node.id()),
                true,
                beat.usedBytes(),
                beat.freeBytes(),
                takes && beat.acceptsChunks(),
                beat.scrub(),
                beat.storage(),
                clockAheadMs,
                Optional.of(beat.seat()),
                absence);
    }
}
