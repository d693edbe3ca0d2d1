package io.trivet.chunk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The file operations a chunk store needs, and what is durable after each: nothing, unless it is
 * said here. All implementations pass one contract suite. Any thread may call; no calling thread
 * may be interrupted.
 *
 * <p>Every operation throws {@link java.nio.file.NoSuchFileException} where a path leads nowhere,
 * {@link NoSpaceException} where the disk is full, {@link ReadOnlyException} where it may not be
 * changed, {@link SystemBusyException} where this process (not the disk) is at a limit, and another
 * {@link IOException} where the disk fails.
 */
public interface DiskFiles {
    /**
     * Makes an empty file, open for reading and writing; {@link
     * java.nio.file.FileAlreadyExistsException} if the name is taken.
     */
    OpenFile create(Path file) throws IOException;

    /** Opens a file for reading. */
    OpenFile open(Path file) throws IOException;

    /** As {@link #open}, but bytes come from the disk and not from memory, where the file system can do that. */
    default OpenFile openPastCache(Path file) throws IOException {
        return open(file);
    }

    /**
     * Gives a file another name on the same disk in one step, replacing what had it. Durable once
     * both directories are fsynced.
     */
    void rename(Path from, Path to) throws IOException;

    /** Removes a file or an empty directory. */
    void delete(Path path) throws IOException;

    /** Makes a directory; nothing happens if it is there. Its name is durable once its parent is fsynced. */
    void makeDirectory(Path directory) throws IOException;

    /**
     * Makes the names in a directory durable as they are now; after a failure nothing is known of
     * any of them, and trying again proves nothing.
     */
    void syncDirectory(Path directory) throws IOException;

    boolean exists(Path path) throws IOException;

    /** Bytes in a file. */
    long size(Path file) throws IOException;

    /**
     * Shows every name in a directory, in any order, one at a time; names that come or go meanwhile
     * may be shown or not.
     */
    void list(Path directory, Visitor visitor) throws IOException;

    /** Bytes that can still be written on the disk that holds this directory. */
    long freeBytes(Path directory) throws IOException;

    /** What this directory shares its free bytes with: equal for directories of one file system. */
    Object fileSystem(Path directory) throws IOException;

    /**
     * Makes the file if needed and holds it until closed or until the process ends; empty if
     * somebody else holds it.
     */
    Optional<Closeable> lock(Path file) throws IOException;

    /** A file by position: any number of threads may read; one writes. */
    interface OpenFile extends Closeable {
        /** Reads what there is up to the buffer's remaining bytes; -1 at or after the end. */
        int read(ByteBuffer into, long position) throws IOException;

        /** Writes all remaining bytes. */
        void write(ByteBuffer bytes, long position) throws IOException;

        /** Makes the bytes durable; after a failure nothing is known of them, and trying again proves nothing. */
        void sync() throws IOException;

        long size() throws IOException;
    }

    /** Sees one path of a directory. */
    @FunctionalInterface
    interface Visitor {
        void visit(Path path) throws IOException;
    }
}
