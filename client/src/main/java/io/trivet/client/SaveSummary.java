package io.trivet.client;

import io.trivet.model.FileRecord;
import io.trivet.model.NodeId;
import java.time.Duration;
import java.util.Set;

/**
 * The result of a save: every chunk of the file is on stable storage on {@code replicas} different
 * nodes, and the record is in the namespace.
 *
 * @param replicas 0 if the file is empty and has no chunk
 * @param nodes all nodes that hold a chunk of it
 * @param resumedChunks chunks that an earlier try had stored
 */
public record SaveSummary(FileRecord record, int replicas, Set<NodeId> nodes, Duration duration, int resumedChunks) {
    public SaveSummary(FileRecord record, int replicas, Set<NodeId> nodes, Duration duration) {
        this(record, replicas, nodes, duration, 0);
    }

    /** Of a file without a chunk. */
    SaveSummary(FileRecord record, Duration duration) {
        this(record, 0, Set.of(), duration, 0);
    }

    public SaveSummary {
        nodes = Set.copyOf(nodes);
    }
}
