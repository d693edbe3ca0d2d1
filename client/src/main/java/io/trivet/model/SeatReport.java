package io.trivet.model;

/**
 * A node's report of its seat in the quorum (rule 8).
 *
 * @param epoch of the namespace that the seat belongs to; a seat of an earlier epoch no longer
 *     counts
 * @param trouble why the node does not vote, for a person; empty if it can vote
 * @param sinceMs when the trouble began, in milliseconds since 1970 by the node's own clock; 0
 *     without trouble
 * @param shortOfRoom whether the disk with its log has only the reserve left, which is for commands
 *     that free space
 */
public record SeatReport(Standing standing, int epoch, String trouble, long sinceMs, boolean shortOfRoom) {
    public static final SeatReport NONE = new SeatReport(Standing.NONE, 0);

    private static final int MAX_TROUBLE = 1000;

    public SeatReport {
        trouble = trouble.length() > MAX_TROUBLE ? trouble.substring(0, MAX_TROUBLE) : trouble;
    }

    /** Without trouble. */
    public SeatReport(Standing standing, int epoch) {
        this(standing, epoch, "", 0, false);
    }

    /** The state of a node's seat. */
    public enum Standing {
        /** It never had a seat and may be given one, with an empty log. */
        NONE,
        /** Its Raft member runs. The quorum knows whether it is a voter. */
        HELD,
        /**
         * It took a seat, and its Raft member ended without a failure of its log, for example
         * because the other voters no longer know it.
         */
        STOPPED,
        /**
         * It lost its seat to another node. Its log is whole and at rest; if it is given a seat
         * again, it continues with that log.
         */
        RESTING,
        /** Its log is missing or damaged: it gets no seat in this epoch. */
        LOST
    }

    /** Whether a voter with this report votes in epoch {@code now}. */
    public boolean votes(int now) {
        return in(now) == Standing.HELD && trouble.isEmpty();
    }

    /** The standing in epoch {@code now}. */
    public Standing in(int now) {
        return epoch < now ? Standing.NONE : standing;
    }
}
