package io.trivet.model;

import java.time.Duration;

/**
 * How long a node has not held its slots, because it is silent or has no working disk, and what the
 * leader does about it.
 *
 * @param away by the leader's clock, since the node was last heard, or last had a working disk;
 *     since the election if it was not heard in this term; zero for a node that holds its slots
 * @param dueIn time until other nodes take over its slots if nothing changes; zero unless {@code
 *     outlook} is {@link Outlook#DUE}
 */
public record Absence(Duration away, Outlook outlook, Duration dueIn) {
    /** What happens to the slots of an absent node. */
    public enum Outlook {
        /** The node holds its slots, or has none. */
        NONE,
        /** Other nodes take them over after {@link Absence#dueIn}. */
        DUE,
        /** There are only as many nodes as replicas. */
        TOO_FEW_NODES,
        /** Half of the nodes or more are absent: probably the network, not that many servers. */
        TOO_MANY_AWAY,
        /** The other nodes have no room for its data. */
        NO_ROOM,
        /** An earlier change of the layout is still being pulled. */
        CHANGE_UNDER_WAY
    }

    public static final Absence NONE = new Absence(Duration.ZERO, Outlook.NONE, Duration.ZERO);

    public Absence {
        if (away.isNegative() || dueIn.isNegative()) {
            throw new IllegalArgumentException("an absence lasts no less than nothing: " + away + ", " + dueIn);
        }
    }
}
