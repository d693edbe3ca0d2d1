package io.trivet.node.cluster;

import io.trivet.model.ClusterView;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time that the nodes of a cluster agree on. Whatever one node dates and another judges is
 * dated by it: the log's entries, chunk tokens and their keys, certificates, the time of files in
 * the trash. So one wrong clock, also the leader's, changes nothing. Any thread.
 *
 * <p>Every node tells the leader with each heartbeat what its machine's clock says. The leader
 * takes the middle one and tells it to all. In between, time passes by the monotonic clock: a
 * machine's clock that leaps is not followed, unless those of most members are where it went.
 *
 * <pre>
 *   clocks of most members together:        the middle one
 *   else, where a time was agreed before:   that goes on
 *   else, after {@link #PATIENCE}:          the middle one of a majority of the masters; of two the earlier, since a late time loses nothing
 * </pre>
 */
public final class ClusterClock {
    /** Clocks that are no farther apart agree with each other. */
    static final Duration TOGETHER = Duration.ofSeconds(30);

    /** The time is left alone while the middle one is so near: a heartbeat takes its time as well. */
    static final Duration NEAR = Duration.ofSeconds(1);

    /** What a node said of its clock longer ago does not count: five heartbeats. */
    static final Duration FRESH = Duration.ofSeconds(5);

    /** How long a leader that does not know the time waits for most members. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Then a node goes by its own machine's clock: in the middle of an upgrade the others may not tell theirs. */
    static final Duration LONGEST_PATIENCE = Duration.ofSeconds(15);

    /** A machine's clock that is off by more is worth telling. */
    static final Duration ODD = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(ClusterClock.class);
    private static final long NANOS_PER_MS = 1_000_000;

    /** What a clock said: its time minus the monotonic time at which it was heard, so that it goes on by itself. */
    private record Heard(long aheadMs, long atMs) {}

    private final InstantSource machine;
    private final LongSupplier nanos;
    private final Map<NodeId, Heard> heard = new HashMap<>();
    private long aheadMs;
    private boolean agreed;
    private long waitingSinceMs;
    private boolean waiting;
    private boolean odd;

    /** As the machine says, until something else is agreed. */
    public ClusterClock(InstantSource machine) {
        this(machine, System::nanoTime);
    }

    /** @param nanos the monotonic clock */
    ClusterClock(InstantSource machine, LongSupplier nanos) {
        this.machine = machine;
        this.nanos = nanos;
        this.aheadMs = machineMs() - monotonicMs();
    }

    /** What this node's machine says. */
    public long machineMs() {
        return machine.millis();
    }

    /** Only to measure how long an answer took. */
    public long monotonicMs() {
        return nanos.getAsLong() / NANOS_PER_MS;
    }

    public synchronized long millis() {
        return monotonicMs() + aheadMs;
    }

    public Instant now() {
        return Instant.ofEpochMilli(millis());
    }

    /** False until this node knows more than its own clock. */
    public synchronized boolean isAgreed() {
        return agreed;
    }

    /**
     * The time of an entry of the log: 0, which counts as that of the entry before, until the time
     * is known. What is in the log never goes back.
     */
    public synchronized long loggedMs() {
        return agreed ? millis() : 0;
    }

    /** This node is the only one. */
    public synchronized void isAlone() {
        agreed = true;
    }

    /** At the leader: what a node's machine said just now; 0 where it did not say. */
    public synchronized void heard(NodeId node, long machineMs) {
        if (machineMs != 0) {
            heard.put(node, new Heard(machineMs - monotonicMs(), monotonicMs()));
        }
    }

    /**
     * At the leader, {@code self}, whenever it heard from a node: agrees on a time with the
     * members, as far as they were heard from.
     */
    public synchronized void agree(NodeId self, ClusterView view) {
        heard(self, machineMs());
        List<NodeId> members =
                view.nodes().stream().filter(Node::isMember).map(Node::id).toList();
        heard.keySet().retainAll(members);
        List<Long> clocks = freshOf(members);
        if (clocks.isEmpty()) {
            return;
        }
        long middle = clocks.get((clocks.size() - 1) / 2);
        long together = clocks.stream()
                .filter(clock -> Math.abs(clock - middle) <= TOGETHER.toMillis())
                .count();
        if (2 * together > members.size() || (!agreed && mayGuess(view, members))) {
            take(middle);
        }
    }

    private List<Long> freshOf(Collection<NodeId> nodes) {
        long since = monotonicMs() - FRESH.toMillis();
        return nodes.stream()
                .filter(heard::containsKey)
                .map(heard::get)
                .filter(each -> each.atMs >= since)
                .map(Heard::aheadMs)
                .sorted()
                .toList();
    }

    /** Most members are silent, do not tell their clocks, or their clocks are all apart. */
    private boolean mayGuess(ClusterView view, List<NodeId> members) {
        List<NodeId> masters =
                members.stream().filter(node -> isMaster(view, node)).toList();
        boolean most = 2 * freshOf(masters).size() > masters.size();
        return hasWaited(most ? PATIENCE : LONGEST_PATIENCE);
    }

    private boolean hasWaited(Duration limit) {
        long now = monotonicMs();
        if (!waiting) {
            waiting = true;
            waitingSinceMs = now;
        }
        return now - waitingSinceMs >= limit.toMillis();
    }

    private static boolean isMaster(ClusterView view, NodeId node) {
        return view.node(node).filter(Node::master).isPresent();
    }

    /**
     * At a node that does not lead: what the leader said, in answer to what was asked at {@code
     * askedMs} of {@link #monotonicMs}.
     */
    public synchronized void told(long timeMs, long askedMs) {
        long earliest = timeMs - monotonicMs();
        long latest = timeMs - askedMs;
        if (agreed && aheadMs >= earliest - NEAR.toMillis() && aheadMs <= latest + NEAR.toMillis()) {
            compareWithMachine();
        } else {
            set((earliest + latest) / 2);
        }
    }

    /**
     * At a node that does not lead: the leader did not say, because it does not know yet or is of a
     * release that does not tell.
     */
    public synchronized void toldNothing() {
        if (!agreed && hasWaited(LONGEST_PATIENCE)) {
            agreed = true;
        }
    }

    private void take(long middle) {
        if (agreed && Math.abs(aheadMs - middle) <= NEAR.toMillis()) {
            compareWithMachine();
        } else {
            set(middle);
        }
    }

    private void set(long newAheadMs) {
        if (agreed) {
            LOG.info("cluster's time set by={}ms", newAheadMs - aheadMs);
        }
        aheadMs = newAheadMs;
        agreed = true;
        compareWithMachine();
    }

    private void compareWithMachine() {
        long off = machineMs() - millis();
        boolean now = Math.abs(off) > ODD.toMillis();
        if (now && !odd) {
            LOG.warn("this machine's clock is off by={}ms: the cluster goes by the clocks of most nodes", off);
        } else if (!now && odd) {
            LOG.info("this machine's clock is right again");
        }
        odd = now;
    }

    /**
     * At the leader: by how much a node's machine is before the cluster's time; 0 where that is
     * little, or not known.
     */
    public synchronized long clockAheadMs(NodeId node) {
        Heard last = heard.get(node);
        long off = last == null || !agreed ? 0 : last.aheadMs - aheadMs;
        return Math.abs(off) > ODD.toMillis() ? off : 0;
    }
}
