package io.trivet.model;

/**
 * What a node says of its part in the quorum (rule 8).
 *
 * @param epoch of the namespace that the part belongs to; a part of an earlier epoch is over
 * @param trouble why the node does not vote, for a person; empty where nothing keeps it from voting
 * @param sinceMs since when, in milliseconds since 1970 by the clock of its machine; 0 where there is no trouble
 */
public record SeatReport(Standing standing, int epoch, String trouble, long sinceMs) {
    public static final SeatReport NONE = new SeatReport(Standing.NONE, 0);

    private static final int MAX_TROUBLE = 1000;

    public SeatReport {
        trouble = trouble.length() > MAX_TROUBLE ? trouble.substring(0, MAX_TROUBLE) : trouble;
    }

    /** Without trouble. */
    public SeatReport(Standing standing, int epoch) {
        this(standing, epoch, "", 0);
    }

    /** How a node stands to the quorum. */
    public enum Standing {
        /** It never had a seat: it may be given one, with an empty log. */
        NONE,
        /** Its part runs. Whether it is a voter, the quorum knows. */
        HELD,
        /**
         * It has taken a seat, and its part has ended without a failure of its log, as when the
         * other voters do not know it any more.
         */
        STOPPED,
        /**
         * It had a seat and was told that it has none. Its log is whole and at rest: given a seat
         * again, it goes on with that log.
         */
        RESTING,
        /** Its log is missing or damaged: it gets no seat in this epoch. */
        LOST
    }

    /** Whether a voter that says this votes, in this epoch. */
    public boolean votes(int now) {
        return in(now) == Standing.HELD && trouble.isEmpty();
    }

    /** The standing in this epoch. */
    public Standing in(int now) {
        return epoch < now ? Standing.NONE : standing;
    }
}
