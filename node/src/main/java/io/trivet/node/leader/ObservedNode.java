package io.trivet.node.leader;

import io.trivet.model.NodeId;
import io.trivet.model.RepairReport;
import io.trivet.model.SeatReport;
import java.time.Duration;

/**
 * A node's current state as the leader sees it.
 *
 * @param present whether it was heard from recently, in this term
 * @param silence how long it was not heard from; if never in this term, how long it was looked for
 * @param lossEpoch in its last heartbeat
 * @param report in its last heartbeat; {@link RepairReport#NONE} if it was not heard from in this
 *     term
 * @param seat in its last heartbeat
 * @param withoutDisk how long it has reported that it has no disk for what its slots need; zero if it has
 */
public record ObservedNode(
        NodeId node,
        boolean present,
        Duration silence,
        long usedBytes,
        long freeBytes,
        long lossEpoch,
        RepairReport report,
        SeatReport seat,
        Duration withoutDisk) {
    /** Whether it is present and has disks for its slots, full or not. */
    boolean holds() {
        return present && withoutDisk.isZero();
    }

    /** How long it has not held its slots, because it is silent or has no disk for them. */
    Duration away() {
        return present ? withoutDisk : silence;
    }
}
