package io.trivet.client;

import io.trivet.model.ChunkSize;
import io.trivet.model.Condition;
import io.trivet.model.FileRecord;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Appends bytes to a file as one change. Several clients may append to one file at once: each
 * change says which file it is made from, so that of two only one is applied; the other client reads
 * the new end and tries again.
 */
final class Appender {
    /** Of a file that an append makes: each append stores the last chunk anew. */
    private static final int CHUNK_BYTES = 4 << 20;

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);
    private static final int BUFFER_BYTES = 1 << 20;

    private final Changes changes;
    private final Opened opened;

    /** Opens a file to change it. */
    interface Opened {
        FileEdit edit(RemotePath path) throws IOException;
    }

    /** @param changes without conditions */
    Appender(Changes changes, Opened opened) {
        this.changes = changes;
        this.opened = opened;
    }

    /** @param usual the cluster's */
    static ChunkSize chunkSize(ChunkSize usual) {
        return new ChunkSize(Math.min(CHUNK_BYTES, usual.bytes()));
    }

    FileRecord append(RemotePath path, InputStream source, ChunkSize usual) throws IOException {
        Path spool = Files.createTempFile("trivet-append", "");
        try {
            Files.copy(source, spool, StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel bytes = FileChannel.open(spool, StandardOpenOption.READ)) {
                return append(path, bytes, usual);
            }
        } finally {
            Files.deleteIfExists(spool);
        }
    }

    private FileRecord append(RemotePath path, FileChannel bytes, ChunkSize usual) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        long pause = Duration.ofMillis(5).toNanos();
        while (true) {
            try {
                bytes.position(0);
                return attempt(path, bytes, usual);
            } catch (TrivetException e) {
                if (e.kind() != Refusal.Kind.CONDITION_FAILED || System.nanoTime() - end >= 0) {
                    throw e;
                }
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException("stopped while others appended");
                }
                LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(pause));
                pause = Math.min(2 * pause, LONGEST_PAUSE.toNanos());
            }
        }
    }

    private FileRecord attempt(RemotePath path, FileChannel bytes, ChunkSize usual) throws IOException {
        try (FileEdit edit = opened.edit(path)) {
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BUFFER_BYTES, Math.max(1, bytes.size())));
            while (bytes.read(buffer.clear()) >= 0) {
                edit.write(edit.size(), buffer.flip());
            }
            return edit.commit();
        } catch (TrivetException e) {
            if (e.kind() != Refusal.Kind.NO_SUCH_FILE) {
                throw e;
            }
        }
        ChunkSize chunkSize = chunkSize(usual);
        try (RemoteOutput created =
                changes.onlyIf(List.of(Condition.absent(path))).create(path, chunkSize)) {
            try {
                Channels.newInputStream(bytes.position(0)).transferTo(created);
                return created.commit().record();
            } finally {
                created.abort(); // if it was not committed
            }
        }
    }
}
