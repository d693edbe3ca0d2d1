package io.trivet.namespace;

/** A number that the state machine counts. Codes are part of the stored format and are never used again. */
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
    /** Files whose first slot was picked for a file that reaches every node. */
    WHOLE_FIRSTS(6),
    /** Files whose first slot was picked for a shorter one, or one of unknown size. */
    SHORT_FIRSTS(7),
    /** Files in the trash now. */
    TRASH_FILES(110),
    /** Their bytes, modulo 2^64. */
    TRASH_BYTES(111);

    private final byte code;

    Counter(int code) {
        this.code = (byte) code;
    }

    byte code() {
        return code;
    }
}
