package io.trivet.node.leader;

import io.trivet.model.NodeId;
import io.trivet.model.RepairReport;
import io.trivet.model.SeatReport;
import java.time.Duration;

/**
 * A node as the leader sees it at the moment.
 *
 * @param present whether it was heard from lately, in this term
 * @param silence for how long it was not heard from; where it never was in this term, for how long it was looked for
 * @param lossEpoch as it said last
 * @param report as it said last; {@link RepairReport#NONE} if it was not heard from in this term
 * @param seat as it said last
 * @param withoutDisk for how long it has said that none of its disks works; zero if one does
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
    /** Whether it is there, and can take chunks once it has room. */
    boolean holds() {
        return present && withoutDisk.isZero();
    }

    /** For how long it has not held its slots, whether it is silent or has no disk for them. */
    Duration away() {
        return present ? withoutDisk : silence;
    }
}
