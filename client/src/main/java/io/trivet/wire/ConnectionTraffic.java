package io.trivet.wire;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that moved on a connection, and how long it waited for the peer. The thread that uses
 * the connection writes it; any thread reads.
 */
public final class ConnectionTraffic {
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong waitedNanos = new AtomicLong();

    /** 0 while no thread waits. */
    private volatile long sinceNanos;

    void waits() {
        sinceNanos = System.nanoTime() | 1;
    }

    void moved(long count) {
        waitedNanos.addAndGet(waitingNanos());
        sinceNanos = 0;
        bytes.addAndGet(count);
    }

    /** Bytes in both directions. */
    public long bytes() {
        return bytes.get();
    }

    /** The total time it has waited for the peer, in nanoseconds. */
    public long waitedNanos() {
        return waitedNanos.get() + waitingNanos();
    }

    /** How long it has been waiting without a byte, in nanoseconds; 0 if it does not wait. */
    long waitingNanos() {
        long since = sinceNanos;
        return since == 0 ? 0 : System.nanoTime() - since;
    }
}
