package io.trivet.node;

import io.trivet.model.NodeId;
import io.trivet.model.Outcome;
import io.trivet.node.leader.HeartbeatMonitor;
import io.trivet.node.raft.RaftMember;
import io.trivet.quorum.Quorum;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops a node on purpose. It is no safer than a kill, but avoids an election and chunks that are
 * sent twice. One thread.
 */
final class GracefulShutdown {
    private static final Logger LOG = LoggerFactory.getLogger(GracefulShutdown.class);
    private static final Duration HAND_OVER_LIMIT = Duration.ofSeconds(3);

    private final NodeId self;
    private final InFlightRequests work;
    private final RaftMember raftMember;
    private final HeartbeatMonitor heartbeatMonitor;

    GracefulShutdown(NodeId self, InFlightRequests work, RaftMember raftMember, HeartbeatMonitor heartbeatMonitor) {
        this.self = self;
        this.work = work;
        this.raftMember = raftMember;
        this.heartbeatMonitor = heartbeatMonitor;
    }

    void prepare(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        LOG.info("leaves node={}", self);
        work.leave();
        if (raftMember.leads()) {
            raftMember.quorum().ifPresent(quorum -> handOver(quorum, end));
        }
        if (!work.awaitEnd(Duration.ofNanos(Math.max(0, end - System.nanoTime())))) {
            LOG.warn("stops in the midst of work node={} limit={}", self, limit);
        }
    }

    private void handOver(Quorum quorum, long endNanos) {
        for (NodeId next : quorum.voters().stream().sorted().toList()) {
            if (!next.equals(self) && heartbeatMonitor.isPresent(next) && handOver(quorum, next, endNanos)) {
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
