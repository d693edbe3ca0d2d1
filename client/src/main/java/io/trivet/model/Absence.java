package io.trivet.model;

import java.time.Duration;

/**
 * For how long a node has not held its slots, because it is silent or has no working disk, and what
 * the leader does about it.
 *
 * @param away by the leader's clock, since the node was last heard from, or last had a working
 *     disk; where it was not heard from since the leader was elected, since the election; zero for
 *     a node that is there
 * @param dueIn time until other nodes take over its slots, if nothing changes; zero unless {@code
 *     outlook} is {@link Outlook#DUE}
 */
public record Absence(Duration away, Outlook outlook, Duration dueIn) {
    /** What becomes of the slots of a node that is away. */
    public enum Outlook {
        /** It is there, or it has no slots. */
        NONE,
        /** Other nodes take them over after {@link Absence#dueIn}. */
        DUE,
        /** There are only as many nodes as replicas. */
        TOO_FEW_NODES,
        /** Half of the nodes or more are away: more likely the network than that many servers. */
        TOO_MANY_AWAY,
        /** The others have no room for what it holds. */
        NO_ROOM,
        /** What an earlier change of the layout moved has not been pulled yet. */
        CHANGE_UNDER_WAY
    }

    public static final Absence NONE = new Absence(Duration.ZERO, Outlook.NONE, Duration.ZERO);

    public Absence {
        if (away.isNegative() || dueIn.isNegative()) {
            throw new IllegalArgumentException("an absence lasts no less than nothing: " + away + ", " + dueIn);
        }
    }
}
