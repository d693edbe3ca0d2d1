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
 * The current state of a cluster according to its leader.
 *
 * @param leader empty while there is none
 * @param nodes one for each node of the view, in its order
 */
public record ClusterStatus(ClusterView view, Optional<NodeId> leader, List<NodeStatus> nodes) {
    public ClusterStatus {
        nodes = List.copyOf(nodes);
    }

    /** The leader's states of the nodes; the others are unheard. */
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
     * The current state of a node.
     *
     * @param reachable whether the leader heard from it within the last seconds, or was elected so
     *     recently that it may not have yet
     * @param heard whether the leader heard from it since the election; otherwise the other values
     *     are unknown
     * @param acceptsChunks whether one of its disks takes new chunks
     * @param scrub what its scrub has found
     * @param storage the state of its disks
     * @param clockAhead how far its machine's clock is ahead of the cluster's time, if that is
     *     significant; else zero
     * @param seat what it reports of its Raft member; empty if unknown
     * @param absence how long it has been silent, and what the leader does about it
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
        /** A node with healthy disks, a correct clock, and an unknown seat. */
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

        /** For a node of which nothing is known because no leader answers. */
        static NodeStatus unheard(NodeId node) {
            return new NodeStatus(node, true, false, 0, 0, false, ScrubReport.NONE);
        }

        /** Whether the leader hears from it, so that the other values are current. */
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

        /** A node with an unknown scrub report. */
        public NodeStatus(NodeId node, boolean reachable, long usedBytes, long freeBytes, boolean acceptsChunks) {
            this(node, reachable, usedBytes, freeBytes, acceptsChunks, ScrubReport.NONE);
        }
    }
}
