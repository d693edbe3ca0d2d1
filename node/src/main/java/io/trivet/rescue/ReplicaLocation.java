package io.trivet.rescue;

import io.trivet.chunk.DiskFiles;
import io.trivet.chunk.DiskPaths;
import io.trivet.chunk.RecordLocation;
import io.trivet.model.ChunkId;
import io.trivet.model.Slot;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The place of a replica. The usual place follows from the chunk's name, so that millions of them
 * need no path each.
 */
sealed interface ReplicaLocation {
    /** The file, or the name of the place in it. */
    Path file(ChunkId chunk, Slot slot);

    /** Opens chunk and trailer. */
    default DiskFiles.OpenFile open(DiskFiles files, ChunkId chunk, Slot slot) throws IOException {
        return files.open(file(chunk, slot));
    }

    /** Where a chunk store put it. */
    record Usual(DiskPaths disk) implements ReplicaLocation {
        @Override
        public Path file(ChunkId chunk, Slot slot) {
            return disk.chunk(chunk, slot);
        }
    }

    /** In a volume, with other small chunks. */
    record InVolume(RecordLocation location) implements ReplicaLocation {
        @Override
        public Path file(ChunkId chunk, Slot slot) {
            return location.named();
        }

        @Override
        public DiskFiles.OpenFile open(DiskFiles files, ChunkId chunk, Slot slot) throws IOException {
            return location.open(files);
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
