package io.trivet.client;

import io.trivet.model.Absence;
import io.trivet.model.ClusterView;
import io.trivet.model.NodeId;
import io.trivet.model.ScrubReport;
import io.trivet.model.SeatReport;
import io.trivet.model.StorageReport;
import io.trivet.wire.protocol.Reply;
import java.time.Duration;
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

    /** From what a leader says of each node; the others are unheard. */
    public static ClusterStatus of(ClusterView view, Optional<NodeId> leader, List<Reply.NodeState> states) {
        List<NodeStatus> nodes = view.nodes().stream()
                .map(node -> states.stream()
                        .filter(state -> state.node().equals(node.id()))
                        .findFirst()
                        .map(NodeStatus::of)
                        .orElse(NodeStatus.unheard(node.id())))
                .toList();
        return new ClusterStatus(view, leader, nodes);
    }

    /**
     * A node at this moment.
     *
     * @param reachable whether the leader heard from it within the last seconds, or may yet: it was
     *     elected only then
     * @param heard whether the leader heard from it since it was elected; else nobody knows what it
     *     has
     * @param acceptsChunks whether one of its disks takes new chunks
     * @param scrub what its scrub has found
     * @param storage how its disks do
     * @param clockAhead by how much the clock of its machine is before the cluster's time, where
     *     that is worth telling; else zero
     * @param seat what it says of its part in the quorum; empty where nobody knows
     * @param absence for how long it has been away, and what the leader does about it
     */
    public record NodeStatus(
            NodeId node,
            boolean reachable,
            boolean heard,
            long usedBytes,
            long freeBytes,
            boolean acceptsChunks,
            ScrubReport scrub,
            StorageReport storage,
            Duration clockAhead,
            Optional<SeatReport> seat,
            Absence absence) {
        /** One whose disks do well, whose clock is right, and of whose part in the quorum nothing is known. */
        public NodeStatus(
                NodeId node,
                boolean reachable,
                boolean heard,
                long usedBytes,
                long freeBytes,
                boolean acceptsChunks,
                ScrubReport scrub) {
            this(
                    node,
                    reachable,
                    heard,
                    usedBytes,
                    freeBytes,
                    acceptsChunks,
                    scrub,
                    StorageReport.NONE,
                    Duration.ZERO,
                    Optional.empty(),
                    Absence.NONE);
        }

        static NodeStatus of(Reply.NodeState state) {
            return new NodeStatus(
                    state.node(),
                    state.reachable(),
                    state.heard(),
                    state.usedBytes(),
                    state.freeBytes(),
                    state.acceptsChunks(),
                    state.scrub(),
                    state.storage(),
                    Duration.ofMillis(state.clockAheadMs()),
                    state.seat(),
                    state.absence());
        }

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
