package io.trivet.repair;

import io.trivet.chunk.ChunkStore;
import io.trivet.chunk.ChunkTrailer;
import io.trivet.model.ClusterView;
import io.trivet.model.Layout;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recreates owed replicas one after the other, those with the fewest copies first: asks a holder to
 * forward the chunk to this node. The holder verifies each block as it reads, and this node stores
 * the chunk durably like any other. A different content under the same name is never overwritten
 * (rule 1). Several pullers may share a {@link RepairQueue}; each has one thread.
 *
 * <p>A replica is only <em>moved</em> if all homes of an earlier layout have theirs. Moves can
 * wait, so an operator's pause and rate apply to them. Everything else is repair, and waits for no
 * pause and no move.
 */
final class Puller implements Chore {
    private static final Logger LOG = LoggerFactory.getLogger(Puller.class);
    private static final Duration POLL = Duration.ofMillis(100);

    /**
     * Pulls only what can be stored here; otherwise holders would send chunks in vain, again and
     * again.
     */
    private static final Duration NO_ROOM = Duration.ofSeconds(1);

    private static final Duration FORWARD_LIMIT = Duration.ofMinutes(3);
    private static final Duration REPORT_LIMIT = Duration.ofSeconds(5);

    private final RepairContext repairContext;
    private final ChunkStore store;
    private final RepairQueue repairQueue;
    private final ThroughputMeter throughputMeter;
    private final RepairRateLimit rateLimit;

    Puller(
            RepairContext repairContext,
            ChunkStore store,
            RepairQueue repairQueue,
            ThroughputMeter throughputMeter,
            long bytesPerSecond) {
        this.repairContext = repairContext;
        this.store = store;
        this.repairQueue = repairQueue;
        this.throughputMeter = throughputMeter;
        this.rateLimit = new RepairRateLimit(repairContext, bytesPerSecond);
    }

    @Override
    public Duration step() {
        List<Layout> layouts = repairContext.view().map(ClusterView::layouts).orElse(List.of());
        Duration untilMove = rateLimit.untilMove();
        long room = store.room();
        if (!ChunkStore.fits(1, room)) {
            return NO_ROOM;
        }
        Optional<RepairQueue.Replica> next = repairQueue.take(replica ->
                ChunkStore.fits(replica.held().length(), room) && (untilMove.isZero() || !isMove(replica, layouts)));
        if (next.isEmpty()) {
            return untilMove.isZero() || untilMove.compareTo(POLL) > 0 ? POLL : untilMove;
        }
        boolean here = false;
        try {
            here = isHere(next.get()) || pull(next.get());
        } finally {
            if (here) {
                repairQueue.done(next.get().chunk());
            } else {
                repairQueue.failed(next.get().chunk());
            }
        }
        if (!here) {
            return Duration.ZERO;
        }
        int length = next.get().held().length();
        if (!isMove(next.get(), layouts)) {
            return rateLimit.afterRepair(length);
        }
        rateLimit.moved(length);
        return Duration.ZERO;
    }

    /**
     * Whether every home of an earlier layout has it, so that there are as many sound replicas as
     * ever promised.
     */
    static boolean isMove(RepairQueue.Replica replica, List<Layout> layouts) {
        return layouts.stream().skip(1).anyMatch(layout -> replica.holders().containsAll(layout.homes(replica.slot())));
    }

    private boolean isHere(RepairQueue.Replica replica) {
        try {
            return store.find(replica.chunk(), first(replica))
                    .map(ChunkTrailer::stored)
                    .filter(SlotNames.stored(replica.held())::agreesWith)
                    .isPresent();
        } catch (TrivetException e) {
            return false;
        }
    }

    private static Slot first(RepairQueue.Replica replica) {
        return Sweeper.firstOf(replica.chunk(), replica.slot());
    }

    private boolean pull(RepairQueue.Replica replica) {
        for (NodeId holder : replica.holders()) {
            if (pullFrom(holder, replica)) {
                throughputMeter.moved(replica.held().length());
                LOG.info("repaired chunk={} slot={} from={}", replica.chunk(), replica.slot(), holder);
                return true;
            }
        }
        return false;
    }

    private boolean pullFrom(NodeId holder, RepairQueue.Replica replica) {
        Request.ForwardChunk forward =
                new Request.ForwardChunk(replica.chunk(), first(replica), List.of(repairContext.self()));
        try {
            if (!(repairContext.ask(holder, forward, FORWARD_LIMIT) instanceof Reply.Stored stored)) {
                return false;
            }
            stored.failures()
                    .forEach(failure -> LOG.warn(
                            "not repaired chunk={} from={} cause=\"{}\"",
                            replica.chunk(),
                            holder,
                            failure.refusal().message()));
            return stored.holders().stream().anyMatch(has -> has.node().equals(repairContext.self()));
        } catch (TrivetException e) {
            LOG.warn("not repaired chunk={} from={} cause=\"{}\"", replica.chunk(), holder, e.getMessage());
            if (e.kind() == Refusal.Kind.CORRUPT || e.kind() == Refusal.Kind.NO_SUCH_CHUNK) {
                report(holder, replica, e);
            }
            return false;
        }
    }

    /** Asks the holder to check its own replica. */
    private void report(NodeId holder, RepairQueue.Replica replica, TrivetException found) {
        try {
            repairContext.ask(
                    holder,
                    new Request.ReportChunk(replica.chunk(), first(replica), String.valueOf(found.getMessage())),
                    REPORT_LIMIT);
        } catch (TrivetException _) {
            // Only a hint: the holder's scrub finds it too.
        }
    }
}
