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
 */
public record StoreSettings(ClusterId cluster, NodeId node, List<Path> disks, long reserveBytes) {
    public StoreSettings {
        disks = List.copyOf(disks);
        if (disks.isEmpty()) {
            throw new IllegalArgumentException("a store has one disk or more");
        }
        if (reserveBytes < 0) {
            throw new IllegalArgumentException("a reserve is 0 bytes or more, not " + reserveBytes);
        }
    }
}
