package io.trivet.node;

import io.trivet.model.Address;
import io.trivet.model.ClusterView;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.namespace.Namespace;
import io.trivet.node.cluster.ClusterClock;
import io.trivet.node.cluster.KnownCluster;
import io.trivet.node.cluster.LeaderSearch;
import io.trivet.node.leader.LeaderState;
import io.trivet.node.raft.RaftMember;
import io.trivet.wire.Connector;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the leader once a second that this node is alive, and gets the newest view in return. Finds
 * the leader by asking the masters it knows. One thread sends periodically; any thread may send to
 * refresh the view at once.
 */
final class HeartbeatSender {
    private static final Logger LOG = LoggerFactory.getLogger(HeartbeatSender.class);

    static final Duration PERIOD = Duration.ofSeconds(1);
    private static final Duration BEAT_LIMIT = Duration.ofSeconds(2);
    private static final Duration HANGS_AFTER = Duration.ofMinutes(1);

    private final NodeId self;
    private final HeartbeatBuilder builder;
    private final RaftMember raftMember;
    private final LeaderState leader;
    private final KnownCluster cluster;
    private final Connector connector;
    private final ClusterClock clock;
    private final LeaderSearch search;
    private volatile boolean heard;
    private volatile long heardNanos;
    private volatile long beatNanos = System.nanoTime();
    private volatile @Nullable String rival;
    private final AtomicInteger turnedAway = new AtomicInteger();

    /**
     * A peer with a stale view may reject a valid node. This node counts as removed only if a
     * majority of its known peers rejects it in this many rounds in a row.
     */
    private static final int TIMES_THAT_COUNT = 3;

    HeartbeatSender(
            NodeId self,
            HeartbeatBuilder builder,
            RaftMember raftMember,
            LeaderState leader,
            KnownCluster cluster,
            Connector connector,
            ClusterClock clock) {
        this.self = self;
        this.builder = builder;
        this.raftMember = raftMember;
        this.leader = leader;
        this.cluster = cluster;
        this.connector = connector;
        this.clock = clock;
        this.search = new LeaderSearch(self, System::nanoTime);
    }

    /** Whether the last heartbeat reached a leader. */
    boolean isHeard() {
        return heard;
    }

    /** How long ago a leader was heard last; empty where none was since the start. */
    Optional<Duration> sinceHeard() {
        long at = heardNanos;
        return at == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(System.nanoTime() - at));
    }

    /**
     * Whether a majority of the known peers says repeatedly that this node does not belong to the
     * cluster: it was removed, or joined after a backup that was restored.
     */
    boolean isDismissed() {
        return turnedAway.get() >= TIMES_THAT_COUNT;
    }

    /** Why this process must end: the leader says that another process is this node. */
    Optional<String> rival() {
        return Optional.ofNullable(rival);
    }

    /**
     * Whether heartbeats make progress: each asks one node after the other, at most {@link
     * #BEAT_LIMIT} each.
     */
    boolean beats() {
        return System.nanoTime() - beatNanos < HANGS_AFTER.toNanos();
    }

    void beat() {
        beatNanos = System.nanoTime();
        Request.Heartbeat beat = builder.now();
        if (raftMember.leads()) {
            leader.heartbeats().heardOwn(beat);
            cluster.leaderIs(self);
            raftMember.namespace().current().ifPresent(this::learnFrom);
            heard = true;
        } else {
            heard = reachesLeader(beat);
        }
        if (heard) {
            heardNanos = System.nanoTime() | 1;
            turnedAway.set(0);
            search.found();
        }
    }

    private void learnFrom(Namespace namespace) {
        if (namespace.answer(new Query.View()) instanceof QueryResult.View(ClusterView view)) {
            clock.agree(self, view);
            cluster.learn(view);
            cluster.eventIs(leader.debts().event(view, leader.heartbeats().witnesses(view)));
        }
    }

    private boolean reachesLeader(Request.Heartbeat beat) {
        List<NodeId> others = likelyLeaders();
        others.remove(self);
        int away = 0;
        for (NodeId node : others) {
            Told told = tell(node, beat);
            NodeId hint = told.leader();
            if (node.equals(hint)
                    || (hint != null && hint.equals(tell(hint, beat).leader()))) {
                return true;
            }
            away += told.turnedAway() ? 1 : 0;
        }
        cluster.leaderIs(null);
        search.notFound();
        if (2 * away <= others.size()) {
            turnedAway.set(0);
        } else if (turnedAway.incrementAndGet() == TIMES_THAT_COUNT) {
            LOG.warn("is no node of the cluster any more node={}: switch it off, or let the server join anew", self);
        }
        return false;
    }

    /**
     * The leader according to the quorum or the last answer, then the masters in random order, then
     * the other nodes.
     */
    private List<NodeId> likelyLeaders() {
        List<NodeId> masters = new ArrayList<>(cluster.view()
                .map(view -> view.masters().stream().map(Node::id).toList())
                .orElse(List.of()));
        Collections.shuffle(masters);
        raftMember.leader().ifPresent(first -> {
            masters.remove(first);
            masters.addFirst(first);
        });
        // After a restore the leader may not be one of the masters that this node knows.
        List<NodeId> others = new ArrayList<>(cluster.view()
                .map(view -> view.nodes().stream().map(Node::id).toList())
                .orElse(List.of()));
        others.removeAll(masters);
        masters.addAll(others);
        return masters;
    }

    /**
     * A node's answer to a heartbeat.
     *
     * @param leader the leader it names, which is itself if it accepted the heartbeat; null if it
     *     names none or does not answer
     * @param turnedAway whether it says that this node does not belong to the cluster
     */
    private record Told(@Nullable NodeId leader, boolean turnedAway) {
        static final Told NOTHING = new Told(null, false);
    }

    private Told tell(NodeId node, Request.Heartbeat beat) {
        beatNanos = System.nanoTime();
        Optional<Address> where = cluster.known(node);
        if (where.isEmpty()) {
            return Told.NOTHING;
        }
        long asked = clock.monotonicMs();
        try {
            Reply reply = connector.call(where.get(), new RequestEnvelope(node, beat), BEAT_LIMIT);
            if (!(reply instanceof Reply.ViewOf known)) {
                return Told.NOTHING;
            }
            search.reached(node);
            if (known.timeMs() != 0) {
                clock.told(known.timeMs(), asked);
            } else if (node.equals(known.leader())) {
                clock.toldNothing();
            }
            if (known.view() != null) {
                cluster.learn(known.view());
            }
            known.moved().stream().filter(moved -> !moved.node().equals(self)).forEach(cluster::told);
            if (known.event() != 0) {
                cluster.eventIs(known.event());
            }
            cluster.leaderIs(known.leader());
            return new Told(known.leader(), false);
        } catch (TrivetException e) {
            if (e.kind() == Refusal.Kind.DENIED && e.refusal().subject().equals(self.toString())) {
                rival = e.refusal().detail();
            }
            if (KnownCluster.isElsewhere(e)) {
                search.missed(node, where.get(), String.valueOf(e.getMessage()));
                cluster.failed(node);
            } else {
                search.reached(node);
            }
            return new Told(
                    null,
                    e.kind() == Refusal.Kind.FORBIDDEN && e.refusal().subject().equals(self.toString()));
        }
    }
}
