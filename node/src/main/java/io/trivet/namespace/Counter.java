package io.trivet.namespace;

/**
 * A number that the state machine counts. Codes are part of the stored format and are never reused.
 */
enum Counter {
    /** File ids issued in this epoch. */
    FILES(1),
    /** Directories ever made; the root is the first. */
    DIRECTORIES(2),
    /** Sessions ever opened. */
    SESSIONS(3),
    /** Sessions open now. */
    LIVE_SESSIONS(4),
    /** Nodes that ever joined. */
    NODES(5),
    /** Files that have a chunk for each node and got a first slot. */
    WHOLE_FIRSTS(6),
    /** Shorter files, and files of unknown size, that got a first slot. */
    SHORT_FIRSTS(7),
    /** Files in the trash now. */
    TRASH_FILES(110),
    /** Bytes of the files in the trash, modulo 2^64. */
    TRASH_BYTES(111),
    /** Uploads in progress. */
    UPLOADS(115);

    private final byte code;

    Counter(int code) {
        this.code = (byte) code;
    }

    byte code() {
        return code;
    }
}
