package io.trivet.faults;

import io.trivet.faults.powerloss.SurvivalPolicy;
import io.trivet.model.NodeId;
import java.time.Duration;
import java.util.List;

/**
 * A fault to inject, as data, with the time until it is healed; damage to a disk is repaired only
 * by the cluster.
 */
sealed interface Fault {
    /** The time until the fault is healed. */
    Duration lasting();

    /** {@code kill -9} of one node, which is restarted. */
    record Kill(NodeId node, Duration lasting) implements Fault {}

    /** {@code kill -9} of the current leader. */
    record KillLeader(Duration lasting) implements Fault {}

    /** {@code kill -9} of all nodes at once. */
    record KillAll(Duration lasting) implements Fault {}

    /**
     * SIGSTOP: the node's sockets stay open and nothing answers. SIGCONT: it continues and does not
     * know that time has passed.
     */
    record Pause(NodeId node, Duration lasting) implements Fault {}

    /** {@link Pause} of the current leader. */
    record PauseLeader(Duration lasting) implements Fault {}

    /** Flips one bit of one replica on this node. */
    record FlipBit(NodeId node, Part part, Duration lasting) implements Fault {}

    /** Truncates one replica on this node. */
    record Truncate(NodeId node, Duration lasting) implements Fault {}

    /** Deletes one replica on this node. */
    record Delete(NodeId node, Duration lasting) implements Fault {}

    /** Cuts this node off in both directions. */
    record Isolate(NodeId node, Reach reach, Duration lasting) implements Fault {}

    /** {@link Isolate} of the current leader. */
    record IsolateLeader(Reach reach, Duration lasting) implements Fault {}

    /** The other nodes do not receive what this node sends. */
    record Mute(NodeId node, Duration lasting) implements Fault {}

    /** This node does not receive what the other nodes send. */
    record Deafen(NodeId node, Duration lasting) implements Fault {}

    /** Cuts two nodes off from each other; the other nodes and the clients reach both. */
    record CutLink(NodeId one, NodeId other, Duration lasting) implements Fault {}

    /** Limits the bandwidth of the node's link. */
    record SlowLink(NodeId node, int kilobits, Duration lasting) implements Fault {}

    /** Leaves no room for chunks on any of the node's disks. */
    record FillDisks(NodeId node, Duration lasting) implements Fault {}

    /** Leaves no byte on any disk of any node, including the masters' logs. */
    record FillAll(Duration lasting) implements Fault {}

    /** {@link FillAll} of the masters only. */
    record FillMasters(Duration lasting) implements Fault {}

    /** Leaves no byte on the file system of the node's log output. */
    record FillLog(NodeId node, Duration lasting) implements Fault {}

    /**
     * {@code kill -9} of one node, and the seed decides what survives of writes that were not
     * fsynced; {@code again}: once more during its restart.
     */
    record PowerLoss(NodeId node, SurvivalPolicy survival, long seed, boolean again, Duration lasting)
            implements Fault {}

    /** {@link PowerLoss} of all nodes at once. */
    record PowerLossAll(SurvivalPolicy survival, long seed, boolean again, Duration lasting) implements Fault {}

    /**
     * Unmounts the node's second disk and mounts it again unchanged; {@code restarted}: restarts
     * the node without it in between.
     */
    record UnplugDisk(NodeId node, boolean restarted, Duration lasting) implements Fault {}

    /** Deletes everything on the node's second disk, including its identity. */
    record WipeDisk(NodeId node, Duration lasting) implements Fault {}

    /**
     * Moves the node's wall clock by this much at once. The node is restarted before, with a clock
     * that allows it, and after, with the true one.
     */
    record JumpClock(NodeId node, Duration by, Duration lasting) implements Fault {}

    /** {@link JumpClock} of the current leader. */
    record JumpLeaderClock(Duration by, Duration lasting) implements Fault {}

    /**
     * Replaces the content of the node's disks by a copy from {@code after} ago; the node knows
     * nothing of later changes.
     */
    record SnapshotReturned(NodeId node, Duration after, Duration lasting) implements Fault {}

    /**
     * Restores one backup of the namespace on each of these nodes in turn, with this much work
     * {@code between}.
     */
    record Restore(List<NodeId> on, Duration between) implements Fault {
        public Restore {
            on = List.copyOf(on);
        }

        @Override
        public Duration lasting() {
            return Duration.ZERO;
        }
    }

    /** From whom a node is cut off. */
    enum Reach {
        NODES,
        NODES_AND_CLIENTS
    }

    /** The part of a replica's file in which a bit is flipped. */
    enum Part {
        DATA,
        TRAILER
    }
}
