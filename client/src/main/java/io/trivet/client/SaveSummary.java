package io.trivet.client;

import io.trivet.model.FileRecord;
import io.trivet.model.NodeId;
import java.time.Duration;
import java.util.Set;

/**
 * What is true after a save: every chunk of the file is on stable storage on {@code replicas} different nodes and the record is in the namespace.
 *
 * @param nodes all nodes that hold a chunk of it
 */
public record SaveSummary(FileRecord record, int replicas, Set<NodeId> nodes, Duration duration) {
    public SaveSummary {
        nodes = Set.copyOf(nodes);
    }
}
