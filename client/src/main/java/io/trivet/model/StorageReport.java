package io.trivet.model;

/**
 * A node's report of its disks.
 *
 * @param trouble which disks do not serve or are read-only, and why; a few lines for a person,
 *     empty if all is well
 */
public record StorageReport(State state, String trouble) {
    public static final StorageReport NONE = new StorageReport(State.WRITABLE, "");

    private static final int MAX_TROUBLE = 1000;

    /** What the best of its disks can do. */
    public enum State {
        /** A disk can take a chunk of the cluster's size. */
        WRITABLE,
        /** No disk has room for such a chunk beyond its reserve. */
        FULL,
        /** Disks can be read but not written. */
        READ_ONLY,
        /** No disk serves. */
        FAILED
    }

    /**
     * Whether the disks hold what the node's slots need. A full node holds what it stored. If one of its disks
     * failed and the rest is full, it holds its slots only if it owes nothing: what it owes has no place on it.
     */
    public boolean holdsSlots(boolean owes) {
        return switch (state) {
            case WRITABLE -> true;
            case FULL -> trouble.isEmpty() || !owes;
            case READ_ONLY, FAILED -> false;
        };
    }

    public StorageReport {
        trouble = trouble.length() > MAX_TROUBLE ? trouble.substring(0, MAX_TROUBLE) : trouble;
    }
}
