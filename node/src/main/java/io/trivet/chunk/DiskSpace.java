package io.trivet.chunk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** The room on a disk: what is free beyond a reserve that chunks never touch, less what chunks on their way in were promised. Any thread. */
final class DiskSpace {
    private final DiskFiles files;
    private final Path root;
    private final long reserveBytes;
    private final AtomicLong promised = new AtomicLong();

    DiskSpace(DiskFiles files, Path root, long reserveBytes) {
        this.files = files;
        this.root = root;
        this.reserveBytes = reserveBytes;
    }

    /** Bytes that may still be promised; 0 or more. */
    long freeBytes() throws IOException {
        return Math.max(0, unreserved());
    }

    /** Sets bytes aside if there are so many; each must be handed back when it is written or no longer wanted. */
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

    private long unreserved() throws IOException {
        return files.freeBytes(root) - reserveBytes - promised.get();
    }
}
