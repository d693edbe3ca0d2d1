package io.trivet.rescue;

import io.trivet.chunk.DiskPaths;
import io.trivet.model.ChunkId;
import io.trivet.model.Slot;
import java.nio.file.Path;

/**
 * The place of a replica. The usual place follows from the chunk's name, so that millions of them
 * need no path each.
 */
sealed interface ReplicaLocation {
    Path file(ChunkId chunk, Slot slot);

    /** Where a chunk store put it. */
    record Usual(DiskPaths disk) implements ReplicaLocation {
        @Override
        public Path file(ChunkId chunk, Slot slot) {
            return disk.chunk(chunk, slot);
        }
    }

    /** Anywhere else: a copy that a person made, or a file that a file system check restored. */
    record Elsewhere(Path path) implements ReplicaLocation {
        @Override
        public Path file(ChunkId chunk, Slot slot) {
            return path;
        }
    }
}
