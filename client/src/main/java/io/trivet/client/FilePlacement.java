package io.trivet.client;

import io.trivet.model.FileRecord;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.model.Slot;
import java.util.List;

/**
 * The nodes that hold the chunks of a file, according to the nodes themselves. {@code replicas} is
 * R of the newest layout.
 */
public record FilePlacement(RemotePath path, FileRecord record, int replicas, List<ChunkPlacement> chunks) {
    public FilePlacement {
        chunks = List.copyOf(chunks);
    }

    /** A chunk and the nodes that hold it, in candidate order. */
    public record ChunkPlacement(int number, Slot slot, int length, List<NodeId> nodes) {
        public ChunkPlacement {
            nodes = List.copyOf(nodes);
        }
    }
}
