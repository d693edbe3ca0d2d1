package io.trivet.model;

/**
 * An expected failure: what was refused, what it concerns, and what to do. Travels on the wire; in
 * the API it is a {@link TrivetException}.
 *
 * @param subject what it concerns: a path, a chunk, a node; may be empty
 * @param detail one sentence for a person, with what to do if something can be done
 */
public record Refusal(Kind kind, String subject, String detail) {
    /**
     * The kinds of refusal, each with whether the same request may succeed later or at another
     * node.
     */
    public enum Kind {
        NO_SUCH_FILE("no such file or directory", false),
        ALREADY_EXISTS("already exists", false),
        IS_A_DIRECTORY("is a directory", false),
        /** Links are not followed. */
        IS_A_LINK("is a symbolic link", false),
        NOT_A_DIRECTORY("is not a directory", false),
        /**
         * A directory or user would exceed its limit; {@code detail} states the limit and the use.
         */
        QUOTA("over quota", false),
        /** A {@link Condition} of the operation does not hold: nothing was changed. */
        CONDITION_FAILED("condition failed", false),
        NOT_EMPTY("directory is not empty", false),
        BAD_NAME("bad name", false),
        BAD_REQUEST("bad request", false),
        DENIED("denied", false),
        NO_SUCH_USER("no such user", false),
        NO_SUCH_GROUP("no such group", false),
        /** The caller, authenticated or not, lacks a right; {@code detail} names the right. */
        FORBIDDEN("forbidden", false),
        /** The request needs a login, or the login of this connection is no longer valid. */
        NOT_LOGGED_IN("not logged in", false),
        /** A chunk token is missing, expired, or for something else. */
        BAD_TOKEN("chunk token refused", false),
        /** Fewer nodes can take a chunk than it needs replicas. */
        TOO_FEW_NODES("too few nodes", true),
        /** This node does not lead; {@code subject} is the leader's address if known. */
        NOT_LEADER("not the leader", true),
        /** There is no leader, or a majority of the masters cannot be reached. */
        NO_QUORUM("no quorum", true),
        /** Whether the operation was applied is not known (rule 10). */
        OUTCOME_UNKNOWN("outcome unknown", false),
        SESSION_ENDED("session ended", false),
        /** The save is not open: it was committed, abandoned, or its session ended (rule 3). */
        NOT_OPEN("save is not open", false),
        /** A node has lost data since it acknowledged a chunk (rule 7). */
        CHECK_AGAIN("check again", true),
        NO_SUCH_CHUNK("no such chunk", true),
        /** The name already has other bytes (rule 1). */
        DIFFERENT_CONTENT("different content", false),
        CORRUPT("corrupt", true),
        DISK_FULL("disk full", true),
        DISK_FAILED("disk failed", true),
        /** The request was meant for another node or cluster (rule 13). */
        WRONG_NODE("wrong node", true),
        WRONG_CLUSTER("wrong cluster", false),
        WRONG_VERSION("unknown version", false),
        STALE("stale", true),
        BUSY("busy", true),
        UNREACHABLE("unreachable", true),
        /** The peer does not prove that it belongs to the cluster, or does not accept our proof. */
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

    /** {@code subject: kind: detail}, without empty parts. */
    public String message() {
        String head = subject.isEmpty() ? kind.text() : subject + ": " + kind.text();
        return detail.isEmpty() ? head : head + ": " + detail;
    }
}
