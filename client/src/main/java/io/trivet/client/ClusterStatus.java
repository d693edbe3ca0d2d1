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
     * @param reachable whether the leader heard from it within the last seconds, or may yet: it was elected only then
     * @param heard whether the leader heard from it since it was elected; else nobody knows what it has
     * @param acceptsChunks whether one of its disks takes new chunks
     * @param scrub what its scrub has found
     */
    public record NodeStatus(
            NodeId node,
            boolean reachable,
            boolean heard,
            long usedBytes,
            long freeBytes,
            boolean acceptsChunks,
            ScrubReport scrub) {
        /** Where no leader answers nobody knows of any node whether it is up. */
        static NodeStatus unheard(NodeId node) {
            return new NodeStatus(node, true, false, 0, 0, false, ScrubReport.NONE);
        }

        /** Whether the leader hears from it, so that the rest is what is true now. */
        public boolean isUp() {
            return reachable && heard;
        }

        /** A node that the leader has heard from. */
        public NodeStatus(
                NodeId node,
                boolean reachable,
                long usedBytes,
                long freeBytes,
                boolean acceptsChunks,
                ScrubReport scrub) {
            this(node, reachable, true, usedBytes, freeBytes, acceptsChunks, scrub);
        }

        /** A node whose scrub is not known of. */
        public NodeStatus(NodeId node, boolean reachable, long usedBytes, long freeBytes, boolean acceptsChunks) {
            this(node, reachable, usedBytes, freeBytes, acceptsChunks, ScrubReport.NONE);
        }
    }
}
