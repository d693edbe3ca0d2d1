package io.trivet.faults;

import io.trivet.faults.powerloss.SurvivalPolicy;
import io.trivet.model.NodeId;
import java.time.Duration;
import java.util.List;

/**
 * Something that is broken on purpose, as data. Each says how long it lasts before it is put right;
 * damage to a disk is put right by the cluster alone.
 */
sealed interface Fault {
    /** How long the cluster has to live with it. */
    Duration lasting();

    /** {@code kill -9} of one node, which is started again. */
    record Kill(NodeId node, Duration lasting) implements Fault {}

    /** {@code kill -9} of whichever node leads at that moment. */
    record KillLeader(Duration lasting) implements Fault {}

    /** {@code kill -9} of all nodes at once. */
    record KillAll(Duration lasting) implements Fault {}

    /**
     * SIGSTOP: the node's sockets stay open and nothing answers; SIGCONT: it goes on and does not
     * know that time has passed.
     */
    record Pause(NodeId node, Duration lasting) implements Fault {}

    /** {@link Pause} of whichever node leads at that moment. */
    record PauseLeader(Duration lasting) implements Fault {}

    /** One bit of one replica on this node is not what was written. */
    record FlipBit(NodeId node, Part part, Duration lasting) implements Fault {}

    /** One replica on this node is cut short. */
    record Truncate(NodeId node, Duration lasting) implements Fault {}

    /** One replica on this node is gone. */
    record Delete(NodeId node, Duration lasting) implements Fault {}

    /** Nobody hears this node, and it hears nobody. */
    record Isolate(NodeId node, Reach reach, Duration lasting) implements Fault {}

    /** {@link Isolate} of whichever node leads at that moment. */
    record IsolateLeader(Reach reach, Duration lasting) implements Fault {}

    /** This node hears the other nodes, and they do not hear it. */
    record Mute(NodeId node, Duration lasting) implements Fault {}

    /** The other nodes hear this node, and it does not hear them. */
    record Deafen(NodeId node, Duration lasting) implements Fault {}

    /** Two nodes do not hear each other; the others and the clients hear both. */
    record CutLink(NodeId one, NodeId other, Duration lasting) implements Fault {}

    /** The node's link carries so little. */
    record SlowLink(NodeId node, int kilobits, Duration lasting) implements Fault {}

    /** No room for chunks is left on any of the node's disks. */
    record FillDisks(NodeId node, Duration lasting) implements Fault {}

    /** No byte more can be written to any disk of any node, the masters' logs included. */
    record FillAll(Duration lasting) implements Fault {}

    /** {@link FillAll} of the masters only. */
    record FillMasters(Duration lasting) implements Fault {}

    /** Nothing more can be written to the file system to which the node prints. */
    record FillLog(NodeId node, Duration lasting) implements Fault {}

    /**
     * {@code kill -9} of one node, and what its disks had not been told to keep is left to the
     * seed; {@code again}: once more while it starts.
     */
    record PowerLoss(NodeId node, SurvivalPolicy survival, long seed, boolean again, Duration lasting)
            implements Fault {}

    /** {@link PowerLoss} of all nodes at once. */
    record PowerLossAll(SurvivalPolicy survival, long seed, boolean again, Duration lasting) implements Fault {}

    /**
     * The node's second disk is away, and comes back as it was; {@code restarted}: the node is
     * started without it in between.
     */
    record UnplugDisk(NodeId node, boolean restarted, Duration lasting) implements Fault {}

    /** All that is on the node's second disk is gone for good, its identity too. */
    record WipeDisk(NodeId node, Duration lasting) implements Fault {}

    /**
     * The node's wall clock is off by so much from one moment to the next. It is started anew
     * before, with a clock that can, and after, with the true one.
     */
    record JumpClock(NodeId node, Duration by, Duration lasting) implements Fault {}

    /** {@link JumpClock} of whichever node leads at that moment. */
    record JumpLeaderClock(Duration by, Duration lasting) implements Fault {}

    /**
     * The node comes back with all that its disks held {@code after} so long a time before, and
     * knows nothing of what was since.
     */
    record SnapshotReturned(NodeId node, Duration after, Duration lasting) implements Fault {}

    /**
     * The names of one backup come back on each of these nodes, one after the other, after so much
     * work {@code between}.
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

    /** Whom a node is cut off from. */
    enum Reach {
        NODES,
        NODES_AND_CLIENTS
    }

    /** Where in a replica's file a bit is flipped. */
    enum Part {
        DATA,
        TRAILER
    }
}
