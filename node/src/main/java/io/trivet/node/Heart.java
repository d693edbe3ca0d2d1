package io.trivet.node;

import io.trivet.chunk.ChunkStore;
import io.trivet.chunk.DiskStatus;
import io.trivet.model.Address;
import io.trivet.model.Answer;
import io.trivet.model.ClusterView;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Question;
import io.trivet.model.Refusal;
import io.trivet.model.RepairReport;
import io.trivet.model.ScrubReport;
import io.trivet.model.SeatReport;
import io.trivet.model.TrivetException;
import io.trivet.namespace.Namespace;
import io.trivet.repair.DebtLedger;
import io.trivet.wire.Addressed;
import io.trivet.wire.Connector;
import io.trivet.wire.Reply;
import io.trivet.wire.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the leader once a second that this node lives and learns the newest view in return. Finds the leader by asking the masters it knows. One thread
 * beats regularly; any thread may do so when it needs to know more at once.
 */
final class Heart {
    private static final Logger LOG = LoggerFactory.getLogger(Heart.class);

    static final Duration PERIOD = Duration.ofSeconds(1);
    private static final Duration BEAT_LIMIT = Duration.ofSeconds(2);

    private final NodeId self;
    private final Address address;
    private final ChunkStore store;
    private final LossEpoch lossEpoch;
    private final Seat seat;
    private final Presence presence;
    private final KnownCluster cluster;
    private final Connector connector;
    private final Supplier<ScrubReport> scrub;
    private final Supplier<RepairReport> repair;
    private final Supplier<SeatReport> standing;
    private final DebtLedger ledger;
    private final LongSupplier capacity;
    private volatile boolean heard;
    private final AtomicInteger turnedAway = new AtomicInteger();

    /**
     * Somebody who was down when a node joined, and has found no leader since, turns it away as well: so it takes most of those that this node knows, so many
     * times in a row.
     */
    private static final int TIMES_THAT_COUNT = 3;

    Heart(
            NodeId self,
            Address address,
            ChunkStore store,
            LossEpoch lossEpoch,
            Seat seat,
            Presence presence,
            KnownCluster cluster,
            Connector connector,
            Supplier<ScrubReport> scrub,
            Supplier<RepairReport> repair,
            Supplier<SeatReport> standing,
            DebtLedger ledger,
            LongSupplier capacity) {
        this.self = self;
        this.address = address;
        this.store = store;
        this.lossEpoch = lossEpoch;
        this.seat = seat;
        this.presence = presence;
        this.cluster = cluster;
        this.connector = connector;
        this.scrub = scrub;
        this.repair = repair;
        this.standing = standing;
        this.ledger = ledger;
        this.capacity = capacity;
    }

    /** Whether the last beat reached a leader. */
    boolean isHeard() {
        return heard;
    }

    /** Whether most of the cluster says, again and again, that this node is none of its nodes: it was removed, or is newer than a backup that was restored. */
    boolean isDismissed() {
        return turnedAway.get() >= TIMES_THAT_COUNT;
    }

    void beat() {
        Request.Heartbeat beat = now();
        if (seat.leads()) {
            presence.heard(beat);
            cluster.leaderIs(self);
            seat.namespace().current().ifPresent(this::learnFrom);
            heard = true;
        } else {
            heard = reachesLeader(beat);
        }
        if (heard) {
            turnedAway.set(0);
        }
    }

    private void learnFrom(Namespace namespace) {
        if (namespace.answer(new Question.View()) instanceof Answer.View(ClusterView view)) {
            cluster.learn(view);
            cluster.eventIs(ledger.event(view, presence.witnesses(view)));
        }
    }

    private Request.Heartbeat now() {
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
                standing.get());
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
        seat.leader().ifPresent(leader -> {
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
        Optional<Address> where = cluster.known(node);
        if (where.isEmpty()) {
            return Told.NOTHING;
        }
        try {
            Reply reply = connector.call(where.get(), new Addressed(node, beat), BEAT_LIMIT);
            if (!(reply instanceof Reply.ViewOf known)) {
                return Told.NOTHING;
            }
            if (known.view() != null) {
                cluster.learn(known.view());
            }
            if (known.event() != 0) {
                cluster.eventIs(known.event());
            }
            cluster.leaderIs(known.leader());
            return new Told(known.leader(), false);
        } catch (TrivetException e) {
            return new Told(
                    null,
                    e.kind() == Refusal.Kind.FORBIDDEN && e.refusal().subject().equals(self.toString()));
        }
    }
}
