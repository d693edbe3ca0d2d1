package io.trivet.wire;

import java.time.Duration;

/**
 * Timeouts for the acknowledgement of a stored chunk, from its last byte on. A node that hangs
 * costs this much, so the timeout grows with the chunk's length. A node that waits for the rest of
 * a chain has a longer one, so that it learns which of them failed.
 */
public final class StoreTimeouts {
    /** For an fsync on a disk with other writers. */
    private static final Duration BASE = Duration.ofSeconds(8);

    private static final Duration PER_NODE_BEHIND = Duration.ofSeconds(3);

    /** Slower disks are not supported. */
    private static final long SLOWEST_BYTES_PER_SECOND = 4 << 20;

    private StoreTimeouts() {}

    /**
     * For a node that stores {@code length} bytes and has {@code nodesBehind} further nodes of the
     * chain behind it.
     */
    public static Duration of(int length, int nodesBehind) {
        return BASE.plus(PER_NODE_BEHIND.multipliedBy(nodesBehind))
                .plus(Duration.ofMillis(length * 1000L / SLOWEST_BYTES_PER_SECOND));
    }
}
