package io.trivet.chunk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The file operations that a chunk store needs, and what each makes durable: nothing, unless stated
 * here. All implementations pass one contract suite. Any thread may call; no calling thread may be
 * interrupted.
 *
 * <p>Every operation throws {@link java.nio.file.NoSuchFileException} if a path does not exist,
 * {@link NoSpaceException} if the disk is full, {@link ReadOnlyException} if it may not be changed,
 * {@link SystemBusyException} if this process (not the disk) is at a limit, and another {@link
 * IOException} if the disk fails.
 */
public interface DiskFiles {
    /**
     * Makes an empty file, open for reading and writing. Throws {@link
     * java.nio.file.FileAlreadyExistsException} if the name is taken.
     */
    OpenFile create(Path file) throws IOException;

    /** Opens a file for reading. */
    OpenFile open(Path file) throws IOException;

    /** Opens an existing file for reading and writing. */
    OpenFile update(Path file) throws IOException;

    /**
     * Like {@link #open}, but reads from the disk and not from the page cache, if the file system
     * supports that.
     */
    default OpenFile openPastCache(Path file) throws IOException {
        return open(file);
    }

    /**
     * Renames a file atomically on the same disk, replacing any file of the new name. Durable once
     * both directories are fsynced.
     */
    void rename(Path from, Path to) throws IOException;

    /** Removes a file or an empty directory. */
    void delete(Path path) throws IOException;

    /** Makes a directory; no error if it exists. Its name is durable once its parent is fsynced. */
    void makeDirectory(Path directory) throws IOException;

    /**
     * Makes the current names in a directory durable. After a failure none of them is known to be
     * durable, and a repeated call proves nothing.
     */
    void syncDirectory(Path directory) throws IOException;

    boolean exists(Path path) throws IOException;

    /** The length of a file in bytes. */
    long size(Path file) throws IOException;

    /**
     * Passes every name in a directory, in any order, one at a time. Names added or removed during
     * the call may or may not be included.
     */
    void list(Path directory, Visitor visitor) throws IOException;

    /** Bytes that can still be written on the disk that holds this directory. */
    long freeBytes(Path directory) throws IOException;

    /** Identifies the file system of a directory: equal for directories that share free space. */
    Object fileSystem(Path directory) throws IOException;

    /**
     * Makes the file if needed and locks it until closed or until the process ends; empty if
     * another process holds the lock.
     */
    Optional<Closeable> lock(Path file) throws IOException;

    /** A file accessed by position: any number of threads may read; one writes. */
    interface OpenFile extends Closeable {
        /** Reads up to the buffer's remaining bytes; -1 at or after the end. */
        int read(ByteBuffer into, long position) throws IOException;

        /** Writes all remaining bytes. */
        void write(ByteBuffer bytes, long position) throws IOException;

        /**
         * Makes the bytes durable. After a failure none are known to be durable, and a repeated
         * call proves nothing.
         */
        void sync() throws IOException;

        /**
         * Like {@link #sync}, but does not wait for what is not needed to read the bytes, such as
         * the time of the change.
         */
        default void syncData() throws IOException {
            sync();
        }

        /** Cuts the file to this size if it is longer. */
        void truncate(long size) throws IOException;

        long size() throws IOException;
    }

    /** Receives one path of a directory. */
    @FunctionalInterface
    interface Visitor {
        void visit(Path path) throws IOException;
    }
}
