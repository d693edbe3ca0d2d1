package io.trivet.mount;

import io.trivet.client.RemoteFile;
import io.trivet.file.FileTree;
import io.trivet.file.PrivateFiles;
import io.trivet.mount.fuse.Errno;
import io.trivet.mount.fuse.FuseException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directory where a mount keeps what is written until it is saved. Only its owner may read it, and
 * one process has it. Any thread.
 *
 * <p>Bound: the sizes of all files in it together, whether their bytes have come yet or not. So what a
 * write was allowed to begin can be completed.
 */
final class Spool implements AutoCloseable {
    private static final String LOCK = "lock";
    private static final String UNSAVED = "unsaved";

    private final Path directory;
    private final long limit;
    private final FileChannel lock;
    private final AtomicLong reserved = new AtomicLong();
    private final AtomicLong numbers = new AtomicLong();

    private Spool(Path directory, long limit, FileChannel lock) {
        this.directory = directory;
        this.limit = limit;
        this.lock = lock;
    }

    /**
     * Makes the directory if it is missing, and empties it: what a process left that was killed was
     * never acknowledged. What could not be saved, and was told, stays. Empty if another process has it.
     */
    static Optional<Spool> open(Path directory, long limit) throws IOException {
        PrivateFiles.makeDirectory(directory);
        FileChannel lock = FileChannel.open(
                directory.resolve(LOCK),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                PrivateFiles.file(directory));
        boolean kept = false;
        try {
            kept = lock.tryLock() != null;
            if (!kept) {
                return Optional.empty();
            }
        } catch (OverlappingFileLockException _) {
            return Optional.empty();
        } finally {
            if (!kept) {
                lock.close();
            }
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path each : files.toList()) {
                if (!each.endsWith(LOCK) && !each.endsWith(UNSAVED)) {
                    FileTree.delete(each);
                }
            }
        }
        return Optional.of(new Spool(directory, limit, lock));
    }

    /**
     * A new file over the first {@code baseSize} bytes of {@code base}. Throws {@code ENOSPC} if the
     * spool has no room for them.
     */
    SpoolFile create(@Nullable RemoteFile base, long baseSize) throws IOException {
        reserve(baseSize);
        boolean made = false;
        try {
            SpoolFile file =
                    new SpoolFile(this, directory.resolve(Long.toString(numbers.incrementAndGet())), base, baseSize);
            made = true;
            return file;
        } finally {
            if (!made) {
                reserve(-baseSize);
            }
        }
    }

    /** Takes this many bytes of the limit, or gives them back if negative. Throws {@code ENOSPC}. */
    void reserve(long bytes) {
        long now = reserved.addAndGet(bytes);
        if (bytes > 0 && (now > limit || now < 0)) {
            reserved.addAndGet(-bytes);
            throw new FuseException(Errno.ENOSPC);
        }
    }

    /** Where its files are. */
    Path directory() {
        return directory;
    }

    /** Bytes that are taken of the limit. */
    long reserved() {
        return reserved.get();
    }

    /** Moves a file that could not be saved out of the way; a person may look for it there. */
    Path keep(Path file, String name) throws IOException {
        Path unsaved = directory.resolve(UNSAVED);
        PrivateFiles.makeDirectory(unsaved);
        Path kept =
                unsaved.resolve(System.currentTimeMillis() + "-" + numbers.incrementAndGet() + "-" + shortened(name));
        return Files.move(file, kept, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String shortened(String name) {
        return name.length() > 60 ? name.substring(name.length() - 60) : name;
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
