package io.trivet.node.raft;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Restarts this node's Raft member after it stopped, if its log may be sound: without a leader, as
 * after all masters' disks were full, nothing else would. Retries with exponential backoff of up to
 * a minute. One thread.
 */
public final class RaftMemberRestarter {
    public static final Duration PERIOD = Duration.ofSeconds(1);

    private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(1);

    private final Part part;
    private final LongSupplier clockNanos;
    private Duration backoff = Duration.ZERO;
    private long nextNanos;

    /** The node's Raft member. */
    public interface Part {
        /** Whether it has stopped and may be restarted. */
        boolean isStopped();

        /** Whether the disk has room for its log. */
        boolean hasRoom();

        /** Restarts it, or finds that it cannot be started now. */
        void restart();
    }

    public RaftMemberRestarter(Part part, LongSupplier clockNanos) {
        this.part = part;
        this.clockNanos = clockNanos;
        this.nextNanos = clockNanos.getAsLong();
    }

    public void round() {
        long overdue = clockNanos.getAsLong() - nextNanos;
        if (!part.isStopped()) {
            backoff = overdue > LONGEST_BACKOFF.toNanos() ? Duration.ZERO : backoff;
        } else if (overdue >= 0 && part.hasRoom()) {
            backoff = backoff.isZero() ? PERIOD : min(backoff.multipliedBy(2), LONGEST_BACKOFF);
            nextNanos = clockNanos.getAsLong() + backoff.toNanos();
            part.restart();
        }
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
