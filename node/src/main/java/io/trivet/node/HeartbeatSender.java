package io.trivet.node;

import io.trivet.chunk.ChunkStore;
import io.trivet.chunk.DiskStatus;
import io.trivet.model.Address;
import io.trivet.model.ClusterView;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.RepairReport;
import io.trivet.model.ScrubReport;
import io.trivet.model.SeatReport;
import io.trivet.model.StorageReport;
import io.trivet.model.TrivetException;
import io.trivet.namespace.Namespace;
import io.trivet.node.cluster.ClusterClock;
import io.trivet.node.cluster.KnownCluster;
import io.trivet.node.cluster.LeaderSearch;
import io.trivet.node.data.StorageSnapshot;
import io.trivet.node.identity.LossEpoch;
import io.trivet.node.leader.DebtLedger;
import io.trivet.node.leader.HeartbeatMonitor;
import io.trivet.node.seat.RaftMember;
import io.trivet.wire.Connector;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the leader once a second that this node lives and learns the newest view in return. Finds
 * the leader by asking the masters it knows. One thread beats regularly; any thread may do so when
 * it needs to know more at once.
 */
final class HeartbeatSender {
    private static final Logger LOG = LoggerFactory.getLogger(HeartbeatSender.class);

    static final Duration PERIOD = Duration.ofSeconds(1);
    private static final Duration BEAT_LIMIT = Duration.ofSeconds(2);
    private static final Duration HANGS_AFTER = Duration.ofMinutes(1);

    private final NodeId self;
    private final Address address;
    private final ChunkStore store;
    private final LossEpoch lossEpoch;
    private final RaftMember raftMember;
    private final HeartbeatMonitor heartbeatMonitor;
    private final KnownCluster cluster;
    private final Connector connector;
    private final Supplier<ScrubReport> scrub;
    private final Supplier<RepairReport> repair;
    private final Supplier<SeatReport> standing;
    private final DebtLedger ledger;
    private final LongSupplier capacity;
    private final StorageSnapshot storage;
    private final String instance = UUID.randomUUID().toString();
    private final ClusterClock clock;
    private final long addressVersion;
    private final LeaderSearch search;
    private volatile boolean heard;
    private volatile long heardNanos;
    private volatile long beatNanos = System.nanoTime();
    private volatile @Nullable String rival;
    private final AtomicInteger turnedAway = new AtomicInteger();

    /**
     * Somebody who was down when a node joined, and has found no leader since, turns it away as
     * well: so it takes most of those that this node knows, so many times in a row.
     */
    private static final int TIMES_THAT_COUNT = 3;

    HeartbeatSender(
            NodeId self,
            Address address,
            ChunkStore store,
            LossEpoch lossEpoch,
            RaftMember raftMember,
            HeartbeatMonitor heartbeatMonitor,
            KnownCluster cluster,
            Connector connector,
            Supplier<ScrubReport> scrub,
            Supplier<RepairReport> repair,
            Supplier<SeatReport> standing,
            DebtLedger ledger,
            LongSupplier capacity,
            ClusterClock clock,
            long addressVersion) {
        this.self = self;
        this.address = address;
        this.store = store;
        this.lossEpoch = lossEpoch;
        this.raftMember = raftMember;
        this.heartbeatMonitor = heartbeatMonitor;
        this.cluster = cluster;
        this.connector = connector;
        this.scrub = scrub;
        this.repair = repair;
        this.standing = standing;
        this.ledger = ledger;
        this.capacity = capacity;
        this.storage = new StorageSnapshot(store);
        this.clock = clock;
        this.addressVersion = addressVersion;
        this.search = new LeaderSearch(self, System::nanoTime);
    }

    /** Whether the last beat reached a leader. */
    boolean isHeard() {
        return heard;
    }

    /** How long ago a leader was heard last; empty where none was since the start. */
    Optional<Duration> sinceHeard() {
        long at = heardNanos;
        return at == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(System.nanoTime() - at));
    }

    /**
     * Whether most of the cluster says, again and again, that this node is none of its nodes: it
     * was removed, or is newer than a backup that was restored.
     */
    boolean isDismissed() {
        return turnedAway.get() >= TIMES_THAT_COUNT;
    }

    /** Why this process must end: the leader says that another one is this node. */
    Optional<String> rival() {
        return Optional.ofNullable(rival);
    }

    /**
     * Whether it has gone on of late: a beat asks one node after the other, each for no longer than
     * {@link #BEAT_LIMIT}.
     */
    boolean beats() {
        return System.nanoTime() - beatNanos < HANGS_AFTER.toNanos();
    }

    void beat() {
        beatNanos = System.nanoTime();
        Request.Heartbeat beat = now();
        if (raftMember.leads()) {
            heartbeatMonitor.heardOwn(beat);
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
            cluster.eventIs(ledger.event(view, heartbeatMonitor.witnesses(view)));
        }
    }

    /** The view of before this start may be an old one. */
    private void learnLosses(long known) {
        if (cluster.event() > 0) {
            lossEpoch.atLeastNow(known);
        } else {
            lossEpoch.atLeast(known);
        }
    }

    private Request.Heartbeat now() {
        cluster.view().flatMap(view -> view.node(self)).map(Node::lossEpoch).ifPresent(this::learnLosses);
        boolean accepts = store.disks().stream()
                .anyMatch(disk -> disk.state() == DiskStatus.State.SERVING && disk.freeBytes() > 0);
        return new Request.Heartbeat(
                self,
                address,
                cluster.version(),
                store.usedBytes(),
                store.freeBytes(),
                capacity.getAsLong(),
                accepts,
                lossEpoch.value(),
                scrub.get(),
                repair.get(),
                standing.get(),
                cluster.view().map(ClusterView::chunkSize).map(storage::report).orElse(StorageReport.NONE),
                instance,
                clock.machineMs(),
                addressVersion);
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

    /** The leader that the quorum or the last answer names, then the masters in any order, then the other nodes. */
    private List<NodeId> likelyLeaders() {
        List<NodeId> masters = new ArrayList<>(cluster.view()
                .map(view -> view.masters().stream().map(Node::id).toList())
                .orElse(List.of()));
        Collections.shuffle(masters);
        raftMember.leader().ifPresent(leader -> {
            masters.remove(leader);
            masters.addFirst(leader);
        });
        // After a restore the leader may be none of the masters that this node knows.
        List<NodeId> others = new ArrayList<>(cluster.view()
                .map(view -> view.nodes().stream().map(Node::id).toList())
                .orElse(List.of()));
        others.removeAll(masters);
        masters.addAll(others);
        return masters;
    }

    /**
     * What a node answers to a beat.
     *
     * @param leader that it names, which is itself if it took the beat; null where it names none, or does not answer
     * @param turnedAway whether it says that this node is no node of the cluster
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
