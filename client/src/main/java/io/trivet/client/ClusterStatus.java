package io.trivet.client;

import io.trivet.model.ClusterView;
import io.trivet.model.NodeId;
import io.trivet.model.ScrubReport;
import java.util.List;
import java.util.Optional;

/**
 * A cluster as its leader sees it now.
 *
 * @param leader empty while there is none
 * @param nodes one for each node of the view, in order
 */
public record ClusterStatus(ClusterView view, Optional<NodeId> leader, List<NodeStatus> nodes) {
    public ClusterStatus {
        nodes = List.copyOf(nodes);
    }

    /**
     * A node at this moment.
     *
     * @param reachable whether the leader heard from it within the last seconds
     * @param acceptsChunks whether one of its disks takes new chunks
     * @param scrub what its scrub has found
     */
    public record NodeStatus(
            NodeId node, boolean reachable, long usedBytes, long freeBytes, boolean acceptsChunks, ScrubReport scrub) {
        /** A node whose scrub is not known of. */
        public NodeStatus(NodeId node, boolean reachable, long usedBytes, long freeBytes, boolean acceptsChunks) {
            this(node, reachable, usedBytes, freeBytes, acceptsChunks, ScrubReport.NONE);
        }
    }
}
