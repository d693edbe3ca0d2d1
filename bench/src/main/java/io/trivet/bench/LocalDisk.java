package io.trivet.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * The performance of the disk alone, used by this process: a system that keeps files on it can be
 * faster only with weaker guarantees.
 */
final class LocalDisk {
    private static final int PIECE_BYTES = 1 << 20;
    private static final int COPIES = 2;

    private LocalDisk() {}

    /** Writes two copies, one after the other; on stable storage on return. */
    static void copyTwice(Path source, Path target) throws IOException {
        for (int copy = 0; copy < COPIES; copy++) {
            copyDurably(source, other(target, copy));
        }
    }

    /** Like {@link #copyTwice}, both at once. */
    static void copyTwiceAtOnce(Path source, Path target) throws Exception {
        new Batch(source, "", COPIES, COPIES, Duration.ofMinutes(1))
                .each(copy -> copyDurably(source, other(target, copy)));
    }

    private static Path other(Path target, int copy) {
        return target.resolveSibling(target.getFileName() + "." + copy);
    }

    static void copyDurably(Path source, Path target) throws IOException {
        copy(source, target, true);
    }

    static void copy(Path source, Path target) throws IOException {
        copy(source, target, false);
    }

    /** Reads and writes in pieces of 1 MiB; the target is new or overwritten. */
    static void copy(Path source, Path target, boolean durable) throws IOException {
        try (FileChannel in = FileChannel.open(source, StandardOpenOption.READ);
                FileChannel out = FileChannel.open(
                        target,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer buffer = buffer(in.size());
            while (in.read(buffer.clear()) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    out.write(buffer);
                }
            }
            if (durable) {
                out.force(true);
            }
        }
    }

    /** Small direct buffers cost more to allocate than they save. */
    private static ByteBuffer buffer(long bytes) {
        return bytes < PIECE_BYTES ? ByteBuffer.allocate((int) bytes + 1) : ByteBuffer.allocateDirect(PIECE_BYTES);
    }

    /** Flushes all writes to disk, so that the next run does not pay for the previous one. */
    static void settle() throws IOException {
        Tool.run("sync");
    }

    static void requireSame(Path expected, Path found) throws IOException {
        if (Files.mismatch(expected, found) != -1) {
            throw new IOException(found + " is not what was saved");
        }
    }
}
