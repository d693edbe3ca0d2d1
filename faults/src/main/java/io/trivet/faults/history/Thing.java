package io.trivet.faults.history;

/** What a name can refer to. */
public sealed interface Thing {
    /** A directory, always empty. */
    record Directory() implements Thing {}

    /** A file, identified by its checksum. */
    record File(int crc32c) implements Thing {}
}
