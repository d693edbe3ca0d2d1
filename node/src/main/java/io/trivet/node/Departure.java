package io.trivet.node;

import io.trivet.model.NodeId;
import io.trivet.model.Outcome;
import io.trivet.quorum.Quorum;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node does before it stops on purpose. Nothing is safer for it, since being killed is as good; but nobody waits for an election, or sends a chunk
 * twice. One thread.
 */
final class Departure {
    private static final Logger LOG = LoggerFactory.getLogger(Departure.class);
    private static final Duration HAND_OVER_LIMIT = Duration.ofSeconds(3);

    private final NodeId self;
    private final WorkUnderWay work;
    private final Seat seat;
    private final Presence presence;

    Departure(NodeId self, WorkUnderWay work, Seat seat, Presence presence) {
        this.self = self;
        this.work = work;
        this.seat = seat;
        this.presence = presence;
    }

    void prepare(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        LOG.info("leaves node={}", self);
        work.leave();
        if (seat.leads()) {
            seat.quorum().ifPresent(quorum -> handOver(quorum, end));
        }
        if (!work.awaitEnd(Duration.ofNanos(Math.max(0, end - System.nanoTime())))) {
            LOG.warn("stops in the midst of work node={} limit={}", self, limit);
        }
    }

    private void handOver(Quorum quorum, long endNanos) {
        for (NodeId next : quorum.voters().stream().sorted().toList()) {
            if (!next.equals(self) && presence.isPresent(next) && handOver(quorum, next, endNanos)) {
                return;
            }
        }
    }

    private boolean handOver(Quorum quorum, NodeId next, long endNanos) {
        long waitMs = Math.min(HAND_OVER_LIMIT.toMillis(), (endNanos - System.nanoTime()) / 1_000_000);
        try {
            return waitMs > 0 && quorum.handOver(next).get(waitMs, TimeUnit.MILLISECONDS) instanceof Outcome.Done;
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("not handed over to={} cause=\"{}\"", next, e.toString());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return false;
    }
}
