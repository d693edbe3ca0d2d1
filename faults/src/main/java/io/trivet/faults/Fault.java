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

    /** Where in a replica's file a bit is flipped. */
    enum Part {
        DATA,
        TRAILER
    }
}
