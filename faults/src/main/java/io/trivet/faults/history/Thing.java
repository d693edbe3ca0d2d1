package io.trivet.faults.history;

/** What a name can stand for. */
public sealed interface Thing {
    /** A directory, which is empty. */
    record Directory() implements Thing {}

    /** A file, known by its checksum. */
    record File(int crc32c) implements Thing {}
}
