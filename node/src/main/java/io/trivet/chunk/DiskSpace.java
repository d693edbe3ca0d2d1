package io.trivet.chunk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The room on a disk: free space beyond a reserve that chunks never use, minus what is promised to
 * chunks that arrive. Disks on one file system share their promises. Any thread.
 */
final class DiskSpace {
    private final DiskFiles files;
    private final Path root;
    private final long reserveBytes;
    private final Object fileSystem;
    private final AtomicLong promised;

    DiskSpace(DiskFiles files, Path root, long reserveBytes) throws IOException {
        this(files, root, reserveBytes, files.fileSystem(root), new AtomicLong());
    }

    private DiskSpace(DiskFiles files, Path root, long reserveBytes, Object fileSystem, AtomicLong promised) {
        this.files = files;
        this.root = root;
        this.reserveBytes = reserveBytes;
        this.fileSystem = fileSystem;
        this.promised = promised;
    }

    /**
     * The room of this disk, sharing promises with the first of {@code others} on the same file
     * system.
     */
    DiskSpace beside(Collection<DiskSpace> others) {
        return others.stream()
                .filter(other -> other.fileSystem.equals(fileSystem))
                .findFirst()
                .map(other -> new DiskSpace(files, root, reserveBytes, fileSystem, other.promised))
                .orElse(this);
    }

    /** Equal for disks that share room. */
    Object fileSystem() {
        return fileSystem;
    }

    /** Bytes that can still be promised; 0 or more. */
    long freeBytes() throws IOException {
        return Math.max(0, unreserved());
    }

    /**
     * Reserves bytes if there are enough. Each must be handed back when it is written or no longer
     * needed.
     */
    boolean promise(long bytes) throws IOException {
        promised.addAndGet(bytes);
        boolean enough = false;
        try {
            enough = unreserved() >= 0;
        } finally {
            if (!enough) {
                promised.addAndGet(-bytes);
            }
        }
        return enough;
    }

    void handBack(long bytes) {
        promised.addAndGet(-bytes);
    }

    /** A number of bytes for a person, in MiB from 1 MiB on. */
    static String text(long bytes) {
        return bytes < 1 << 20 ? bytes + " bytes" : Math.ceilDiv(bytes, 1L << 20) + " MiB";
    }

    private long unreserved() throws IOException {
        return files.freeBytes(root) - reserveBytes - promised.get();
    }
}
