package io.trivet.faults;

import io.trivet.model.NodeId;
import java.time.Duration;

/** Something that is broken on purpose, as data. Each says how long it lasts before it is put right; damage to a disk is put right by the cluster alone. */
sealed interface Fault {
    /** How long the cluster has to live with it. */
    Duration lasting();

    /** {@code kill -9} of one node, which is started again. */
    record Kill(NodeId node, Duration lasting) implements Fault {}

    /** {@code kill -9} of whichever node leads at that moment. */
    record KillLeader(Duration lasting) implements Fault {}

    /** {@code kill -9} of all nodes at once. */
    record KillAll(Duration lasting) implements Fault {}

    /** SIGSTOP: the node's sockets stay open and nothing answers; SIGCONT: it goes on and does not know that time has passed. */
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

    /** The node's second disk is away, and comes back as it was; {@code restarted}: the node is started without it in between. */
    record UnplugDisk(NodeId node, boolean restarted, Duration lasting) implements Fault {}

    /** All that is on the node's second disk is gone for good, its identity too. */
    record WipeDisk(NodeId node, Duration lasting) implements Fault {}

    /** The node's wall clock is off by so much from one moment to the next. It is started anew before, with a clock that can, and after, with the true one. */
    record JumpClock(NodeId node, Duration by, Duration lasting) implements Fault {}

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
