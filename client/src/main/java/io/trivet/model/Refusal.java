package io.trivet.model;

/**
 * An expected failure: what was refused, to what, and what to do about it. Travels on the wire; in
 * the API it is a {@link TrivetException}.
 *
 * @param subject what it is about: a path, a chunk, a node; may be empty
 * @param detail one sentence for a person, with what to do where something can be done
 */
public record Refusal(Kind kind, String subject, String detail) {
    /** Every kind of refusal, with whether the same request may succeed when it is sent again, later or elsewhere. */
    public enum Kind {
        NO_SUCH_FILE("no such file or directory", false),
        ALREADY_EXISTS("already exists", false),
        IS_A_DIRECTORY("is a directory", false),
        NOT_A_DIRECTORY("is not a directory", false),
        /** More than a directory or a user may hold: {@code detail} says how much that is, and what is in use. */
        QUOTA("over quota", false),
        /** A {@link Condition} of the operation did not hold: nothing was changed. */
        CONDITION_FAILED("condition failed", false),
        NOT_EMPTY("directory is not empty", false),
        BAD_NAME("bad name", false),
        BAD_REQUEST("bad request", false),
        DENIED("denied", false),
        NO_SUCH_USER("no such user", false),
        NO_SUCH_GROUP("no such group", false),
        /** Whoever asks is known, or not, and may not: {@code detail} says which right it takes. */
        FORBIDDEN("forbidden", false),
        /** The request takes a login, or the one of this connection is worth nothing any more. */
        NOT_LOGGED_IN("not logged in", false),
        /** A chunk token is missing, out of time, or for something else. */
        BAD_TOKEN("chunk token refused", false),
        /** Fewer nodes can take a chunk than it needs replicas. */
        TOO_FEW_NODES("too few nodes", true),
        /** The node that answers leads no quorum; {@code subject} is the leader's address where it is known. */
        NOT_LEADER("not the leader", true),
        /** There is no leader now, or a majority of masters cannot be reached. */
        NO_QUORUM("no quorum", true),
        /** The operation may or may not have been applied (rule 10): nobody can say now. */
        OUTCOME_UNKNOWN("outcome unknown", false),
        SESSION_ENDED("session ended", false),
        /** The save is not open: it was committed, abandoned, or its session ended (rule 3). */
        NOT_OPEN("save is not open", false),
        /** A node lost data since it acknowledged a chunk (rule 7). */
        CHECK_AGAIN("check again", true),
        NO_SUCH_CHUNK("no such chunk", true),
        /** The name holds other bytes already (rule 1). */
        DIFFERENT_CONTENT("different content", false),
        CORRUPT("corrupt", true),
        DISK_FULL("disk full", true),
        DISK_FAILED("disk failed", true),
        /** The request was meant for another node or another cluster (rule 13). */
        WRONG_NODE("wrong node", true),
        WRONG_CLUSTER("wrong cluster", false),
        WRONG_VERSION("unknown version", false),
        STALE("stale", true),
        BUSY("busy", true),
        UNREACHABLE("unreachable", true),
        /** Who answers there does not prove to belong to the cluster, or does not believe that we do. */
        UNTRUSTED("not to be trusted", true),
        SOURCE_CHANGED("source changed while it was being saved", false);

        private final String text;
        private final boolean retryable;

        Kind(String text, boolean retryable) {
            this.text = text;
            this.retryable = retryable;
        }

        /** A few words for a person. */
        public String text() {
            return text;
        }

        public boolean retryable() {
            return retryable;
        }
    }

    /** {@code subject: kind: detail}, without what is empty. */
    public String message() {
        String head = subject.isEmpty() ? kind.text() : subject + ": " + kind.text();
        return detail.isEmpty() ? head : head + ": " + detail;
    }
}
