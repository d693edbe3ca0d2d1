package io.trivet.wire;

import java.net.ProtocolException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The memory of a listener for large requests of callers that have not proved to be nodes: whatever thousands of them send at once, it is no more than
 * {@link #MAX_BYTES}. Small ones are bounded by the number of connections. Any thread.
 */
final class LargeFrames {
    /** What is no longer than this needs no room here. */
    static final int SMALL = 64 << 10;

    static final int MAX_BYTES = 32 << 20;

    private final Semaphore free = new Semaphore(MAX_BYTES / SMALL);

    /** Waits until there is room; returns what is to be given back. Throws {@link ProtocolException} where there is none in time. */
    int take(int bytes, Duration limit) throws ProtocolException {
        int units = bytes <= SMALL ? 0 : Math.ceilDiv(bytes, SMALL);
        try {
            if (free.tryAcquire(units, limit.toMillis(), TimeUnit.MILLISECONDS)) {
                return units;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new ProtocolException("a frame of " + bytes + " bytes while many other large ones are under way");
    }

    void giveBack(int units) {
        free.release(units);
    }
}
