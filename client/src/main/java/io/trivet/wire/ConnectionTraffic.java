package io.trivet.wire;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What has moved on a connection, and how long it waited for the other end. The thread that uses
 * the connection writes it; any thread reads.
 */
public final class ConnectionTraffic {
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong waitedNanos = new AtomicLong();

    /** 0 while nobody waits. */
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

    /** How long it has waited for the other end, all in all. */
    public long waitedNanos() {
        return waitedNanos.get() + waitingNanos();
    }

    /** For how long it has been waiting without a byte; 0 if it does not wait. */
    long waitingNanos() {
        long since = sinceNanos;
        return since == 0 ? 0 : System.nanoTime() - since;
    }
}
