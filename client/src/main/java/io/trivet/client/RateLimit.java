package io.trivet.client;

import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;

/**
 * Limits the bytes per second of all transfers of a client together. Bytes pass in the order in
 * which they come; each transfer may be one piece ahead. Any thread.
 */
final class RateLimit {
    /** With less, a node would wait for a piece longer than it waits for any client. */
    static final long LEAST = 64 << 10;

    private static final double NANOS_OF_SECOND = 1e9;

    private long bytesPerSecond;

    /** When the bytes that passed have had their time. */
    private long freeNanos = System.nanoTime();

    /** @param rate in bytes per second, at least {@link #LEAST}; 0 for no limit */
    synchronized void set(long rate) {
        if (rate != 0 && rate < LEAST) {
            throw new IllegalArgumentException("a rate is at least " + LEAST + " bytes per second, not " + rate);
        }
        bytesPerSecond = rate;
        freeNanos = System.nanoTime();
    }

    synchronized boolean isSet() {
        return bytesPerSecond > 0;
    }

    /** Waits until these bytes may pass. */
    void pass(long bytes) throws InterruptedIOException {
        long wait = reserve(bytes);
        try {
            TimeUnit.NANOSECONDS.sleep(wait);
        } catch (InterruptedException ignored) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped while the rate was limited");
        }
    }

    /** Takes the next free time for these bytes; returns how long it is until then. */
    private synchronized long reserve(long bytes) {
        if (bytesPerSecond == 0) {
            return 0;
        }
        long now = System.nanoTime();
        long wait = Math.max(0, freeNanos - now);
        freeNanos = now + wait + (long) (bytes * NANOS_OF_SECOND / bytesPerSecond);
        return wait;
    }
}
