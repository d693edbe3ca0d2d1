package io.trivet.wire;

import java.time.Duration;

/**
 * Timeouts for the acknowledgement of a stored chunk, from its last byte on. A node that hangs costs
 * this much, so the timeout grows with the chunk's length; a node that waits for the rest of a chain
 * has a longer one, so that it hears which of them failed.
 */
public final class StoreTimeouts {
    /** For fsync on a disk that others write to as well. */
    private static final Duration BASE = Duration.ofSeconds(8);

    private static final Duration PER_NODE_BEHIND = Duration.ofSeconds(3);

    /** A disk that is slower takes no part. */
    private static final long SLOWEST_BYTES_PER_SECOND = 4 << 20;

    private StoreTimeouts() {}

    /** For a node that has to store {@code length} bytes and has so many further nodes of the chain behind it. */
    public static Duration of(int length, int nodesBehind) {
        return BASE.plus(PER_NODE_BEHIND.multipliedBy(nodesBehind))
                .plus(Duration.ofMillis(length * 1000L / SLOWEST_BYTES_PER_SECOND));
    }
}
