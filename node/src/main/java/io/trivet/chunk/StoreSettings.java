package io.trivet.chunk;

import io.trivet.model.ClusterId;
import io.trivet.model.NodeId;
import java.nio.file.Path;
import java.util.List;

/**
 * The owner of a store's chunks, and its disks.
 *
 * @param disks the roots of formatted disks
 * @param reserveBytes kept free on every disk: a chunk that would need them is not begun
 * @param smallBytes chunks of up to so many bytes share files (see {@link VolumeFormat}); with 0 each
 *     has its own
 */
public record StoreSettings(ClusterId cluster, NodeId node, List<Path> disks, long reserveBytes, int smallBytes) {
    /** Chosen, not measured yet on a disk of its own: see decision 0204. */
    public static final int USUAL_SMALL_BYTES = 128 << 10;

    /** A record with the longest path fits into {@link RecordPlace}. */
    private static final int MAX_SMALL_BYTES = 192 << 10;

    /** With chunks of the usual size in volumes. */
    public StoreSettings(ClusterId cluster, NodeId node, List<Path> disks, long reserveBytes) {
        this(cluster, node, disks, reserveBytes, USUAL_SMALL_BYTES);
    }

    public StoreSettings {
        disks = List.copyOf(disks);
        if (disks.isEmpty()) {
            throw new IllegalArgumentException("a store has one disk or more");
        }
        if (reserveBytes < 0) {
            throw new IllegalArgumentException("a reserve is 0 bytes or more, not " + reserveBytes);
        }
        if (smallBytes < 0 || smallBytes > MAX_SMALL_BYTES) {
            throw new IllegalArgumentException(
                    "small chunks have 0 to " + MAX_SMALL_BYTES + " bytes, not " + smallBytes);
        }
    }
}
