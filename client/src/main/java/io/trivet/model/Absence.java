package io.trivet.model;

import java.time.Duration;

/**
 * How long a node has been away, because it is silent or has no disk for its slots, and what the
 * leader does about them.
 *
 * @param away by the leader's clock, since the node was last heard from or last had disks for its
 *     slots, or since the leader's election if it was not heard from after it; zero for a node that
 *     is present
 * @param dueIn time until other nodes take over its slots, if nothing changes; zero unless {@code
 *     outlook} is {@link Outlook#DUE}
 */
public record Absence(Duration away, Outlook outlook, Duration dueIn) {
    /** What will happen to the slots of an absent node. */
    public enum Outlook {
        /** The node is present, or has no slots. */
        NONE,
        /** Other nodes take over its slots after {@link Absence#dueIn}. */
        DUE,
        /** There are only as many nodes as replicas. */
        TOO_FEW_NODES,
        /**
         * Half of the nodes or more are absent, which is more likely a failure of the network than
         * of that many servers.
         */
        TOO_MANY_AWAY,
        /** The other nodes have no room for its replicas. */
        NO_ROOM,
        /** Replicas moved by an earlier change of the layout have not been pulled yet. */
        CHANGE_UNDER_WAY
    }

    public static final Absence NONE = new Absence(Duration.ZERO, Outlook.NONE, Duration.ZERO);

    public Absence {
        if (away.isNegative() || dueIn.isNegative()) {
            throw new IllegalArgumentException("an absence lasts no less than nothing: " + away + ", " + dueIn);
        }
    }
}
