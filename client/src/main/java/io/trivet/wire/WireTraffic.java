package io.trivet.wire;

import java.util.concurrent.atomic.LongAdder;

/**
 * Bytes that have moved on all connections of one listener, or of one {@link Connector}: what
 * frames consist of, without what TLS adds. Any thread.
 */
public final class WireTraffic {
    /** Of connections that nobody counts. */
    static final WireTraffic UNCOUNTED = new WireTraffic();

    private final LongAdder received = new LongAdder();
    private final LongAdder sent = new LongAdder();

    void received(long bytes) {
        received.add(bytes);
    }

    void sent(long bytes) {
        sent.add(bytes);
    }

    /** Since the process started. */
    public long receivedBytes() {
        return received.sum();
    }

    /** Since the process started. */
    public long sentBytes() {
        return sent.sum();
    }
}
