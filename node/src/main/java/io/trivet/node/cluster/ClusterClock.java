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
 * The cluster's time, on which the nodes agree. Everything that one node dates and another one
 * checks uses it: log entries, chunk tokens and their keys, certificates, the time of files in the
 * trash. So a single wrong clock, even the leader's, has no effect. Any thread.
 *
 * <p>Every node sends the leader its machine's clock with each heartbeat. The leader takes the
 * median and sends it to all. In between, time passes by the monotonic clock: a jump of a machine's
 * clock has no effect unless most members' clocks agree with it.
 *
 * <pre>
 *   clocks of most members agree:           their median
 *   else, if a time was agreed before:      that continues
 *   else, after {@link #PATIENCE}:          the median of a majority of the masters; of two the earlier,
 *                                           since a slow clock loses nothing
 * </pre>
 */
public final class ClusterClock {
    /** Clocks agree if they differ by no more than this. */
    static final Duration TOGETHER = Duration.ofSeconds(30);

    /**
     * The time is not adjusted while the median is this close, because a heartbeat takes time too.
     */
    static final Duration NEAR = Duration.ofSeconds(1);

    /** An older report of a node's clock does not count: five heartbeats. */
    static final Duration FRESH = Duration.ofSeconds(5);

    /** How long a leader that does not know the time waits for most members. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    /**
     * After this long a node uses its own machine's clock: during an upgrade the others may not
     * report theirs.
     */
    static final Duration LONGEST_PATIENCE = Duration.ofSeconds(15);

    /** A larger difference of a machine's clock is reported. */
    static final Duration ODD = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(ClusterClock.class);
    private static final long NANOS_PER_MS = 1_000_000;

    /**
     * A reported clock: its time minus the monotonic time at which it arrived, so that it advances
     * by itself.
     */
    private record Heard(long aheadMs, long atMs) {}

    private final InstantSource machine;
    private final LongSupplier nanos;
    private final Map<NodeId, Heard> heard = new HashMap<>();
    private long aheadMs;
    private boolean agreed;
    private long waitingSinceMs;
    private boolean waiting;
    private boolean odd;

    /** Starts with the machine's clock, until a time is agreed. */
    public ClusterClock(InstantSource machine) {
        this(machine, System::nanoTime);
    }

    /** @param nanos the monotonic clock */
    ClusterClock(InstantSource machine, LongSupplier nanos) {
        this.machine = machine;
        this.nanos = nanos;
        this.aheadMs = machineMs() - monotonicMs();
    }

    /** The clock of this node's machine, in milliseconds since 1970. */
    public long machineMs() {
        return machine.millis();
    }

    /** Only for measuring how long an answer took. */
    public long monotonicMs() {
        return nanos.getAsLong() / NANOS_PER_MS;
    }

    public synchronized long millis() {
        return monotonicMs() + aheadMs;
    }

    public Instant now() {
        return Instant.ofEpochMilli(millis());
    }

    /** False while this node knows only its own clock. */
    public synchronized boolean isAgreed() {
        return agreed;
    }

    /**
     * The time for a log entry: 0, which counts as the time of the previous entry, until the time
     * is known. Times in the log never go back.
     */
    public synchronized long loggedMs() {
        return agreed ? millis() : 0;
    }

    /** For the only node of a cluster. */
    public synchronized void isAlone() {
        agreed = true;
    }

    /** At the leader: a node's clock as just reported; 0 if it was not. */
    public synchronized void heard(NodeId node, long machineMs) {
        if (machineMs != 0) {
            heard.put(node, new Heard(machineMs - monotonicMs(), monotonicMs()));
        }
    }

    /**
     * At the leader, {@code self}, after each heartbeat: agrees on a time with the members that
     * were heard from.
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

    /**
     * Whether to decide without most members: they are silent, do not report clocks, or their
     * clocks disagree.
     */
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
     * At another node: the leader's time, in answer to a request that was sent at {@code askedMs}
     * of {@link #monotonicMs}.
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
     * At another node: the leader sent no time, because it does not know it yet or is of an older
     * release.
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
     * At the leader: how far a node's clock is ahead of the cluster's time, in milliseconds; 0 if
     * that is little or unknown.
     */
    public synchronized long clockAheadMs(NodeId node) {
        Heard last = heard.get(node);
        long off = last == null || !agreed ? 0 : last.aheadMs - aheadMs;
        return Math.abs(off) > ODD.toMillis() ? off : 0;
    }
}
