package io.trivet.repair;

import io.trivet.model.ClusterView;
import io.trivet.model.RebalanceSettings;
import java.time.Duration;

/**
 * Rate limit of one puller, in bytes per second. Repair has the rate of the node's settings; a move
 * has what an operator set for the whole node, shared by its pullers, and waits while moves are
 * paused. While users are active, both use a quarter. One thread.
 */
final class RepairRateLimit {
    private static final Duration PAUSED = Duration.ofDays(1);

    /** While users are active, repair uses a quarter of its rate. */
    private static final int YIELD = 4;

    private final RepairContext repairContext;
    private final long bytesPerSecond;
    private long movedNanos = System.nanoTime();
    private long movedBytes;

    RepairRateLimit(RepairContext repairContext, long bytesPerSecond) {
        this.repairContext = repairContext;
        this.bytesPerSecond = bytesPerSecond;
    }

    /** How long to wait after a repaired replica of this length. */
    Duration afterRepair(int bytes) {
        return timeFor(bytes, bytesPerSecond);
    }

    /** A replica of this length was moved just now. */
    void moved(int bytes) {
        movedNanos = System.nanoTime();
        movedBytes = bytes;
    }

    /** How long no move may begin, by the current rate, so that a changed rate applies at once. */
    Duration untilMove() {
        RebalanceSettings wanted =
                repairContext.view().map(ClusterView::rebalanceSettings).orElse(RebalanceSettings.USUAL);
        if (wanted.paused()) {
            return PAUSED;
        }
        long rate =
                wanted.bytesPerSecond() == 0 ? bytesPerSecond : Math.max(1, wanted.bytesPerSecond() / Repair.PULLERS);
        Duration left = timeFor(movedBytes, rate).minusNanos(System.nanoTime() - movedNanos);
        return left.isPositive() ? left : Duration.ZERO;
    }

    private Duration timeFor(long bytes, long limit) {
        long rate = Math.max(1, repairContext.usersAreActive() ? limit / YIELD : limit);
        return Duration.ofNanos((long) (1e9 * bytes / rate));
    }
}
