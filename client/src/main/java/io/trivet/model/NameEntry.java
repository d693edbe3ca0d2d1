package io.trivet.model;

import java.time.Instant;

/** What a name in a directory stands for. */
public sealed interface NameEntry {
    /** The last segment of its path; empty for the root. */
    String name();

    /** For who may see a file and not read it; see {@link FileRecord#withoutSums}. */
    default NameEntry withoutSums() {
        return this instanceof File(String name, FileRecord record, int storedBytes)
                ? new File(name, record.withoutSums(), storedBytes)
                : this;
    }

    /** What has a record: a file, or a symbolic link. */
    sealed interface Recorded extends NameEntry {
        FileRecord record();

        /** The size of the record in the namespace's store, without key and name. */
        int storedBytes();
    }

    /** A file. */
    record File(String name, FileRecord record, int storedBytes) implements Recorded {}

    /**
     * A symbolic link, which nothing in the cluster follows. Its target takes the right to read, so
     * it is not here: {@link Query.AttributesOf}.
     */
    record Link(String name, FileRecord record, int storedBytes) implements Recorded {}

    /**
     * A directory.
     *
     * @param modified in nanoseconds if it was set; otherwise when a name in it last changed, in
     *     milliseconds
     * @param owner empty if unknown
     * @param mode POSIX permission bits, 0 to 07777
     */
    record Directory(String name, Instant modified, String owner, int mode) implements NameEntry {
        /** The mode of a directory for which none was set. */
        public static final int DEFAULT_MODE = 0755;

        public Directory {
            FileRecord.require(owner, mode);
        }

        /** For which nothing was set. */
        public Directory(String name, Instant modified) {
            this(name, modified, "", DEFAULT_MODE);
        }
    }
}
