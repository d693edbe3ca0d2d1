package io.trivet.model;

/**
 * What a node says of its disks.
 *
 * @param trouble which disks do not serve, or only read, and why; a few lines for a person, empty where all is well
 */
public record StorageReport(State state, String trouble) {
    public static final StorageReport NONE = new StorageReport(State.WRITABLE, "");

    private static final int MAX_TROUBLE = 1000;

    /** What the best of its disks can do. */
    public enum State {
        /** It takes a chunk of the cluster's size. */
        WRITABLE,
        /** None has room for such a chunk beyond its reserve. */
        FULL,
        /** What they have is served, but they take nothing, as they may not be written. */
        READ_ONLY,
        /** None serves. */
        FAILED
    }

    public StorageReport {
        trouble = trouble.length() > MAX_TROUBLE ? trouble.substring(0, MAX_TROUBLE) : trouble;
    }
}
