package io.trivet.node.raft;

import io.trivet.model.SeatReport;
import java.util.function.LongSupplier;

/** Since when this node's Raft member does not vote. Any thread. */
public final class SeatFailures {
    private final LongSupplier clockMs;
    private long sinceMs;

    /** @param clockMs of this machine, in milliseconds since 1970 */
    public SeatFailures(LongSupplier clockMs) {
        this.clockMs = clockMs;
    }

    /**
     * The report, dated with the first of consecutive reports with trouble, even if the trouble
     * changed since.
     */
    public synchronized SeatReport dated(
            SeatReport.Standing standing, int epoch, String trouble, boolean shortOfRoom) {
        if (trouble.isEmpty()) {
            sinceMs = 0;
        } else if (sinceMs == 0) {
            sinceMs = clockMs.getAsLong();
        }
        return new SeatReport(standing, epoch, trouble, sinceMs, shortOfRoom);
    }
}
