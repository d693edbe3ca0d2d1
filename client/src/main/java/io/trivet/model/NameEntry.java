package io.trivet.model;

import java.time.Instant;

/** What a name in a directory stands for. */
public sealed interface NameEntry {
    /** The last segment of its path; empty for the root. */
    String name();

    /**
     * A file. {@code storedBytes} is the size of its record in the namespace's store, without key
     * and name.
     */
    record File(String name, FileRecord record, int storedBytes) implements NameEntry {}

    record Directory(String name, Instant modified) implements NameEntry {}
}
