package io.trivet.chunk;

import io.trivet.model.ClusterId;
import io.trivet.model.NodeId;
import java.nio.file.Path;
import java.util.List;

/**
 * Whose chunks a store keeps, and where.
 *
 * @param disks the roots of formatted disks
 * @param reserveBytes kept free on every disk: no chunk is begun that would need them
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
