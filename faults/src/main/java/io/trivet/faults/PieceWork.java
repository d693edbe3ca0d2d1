package io.trivet.faults;

import io.trivet.client.MetadataChange;
import io.trivet.client.TrivetClient;
import io.trivet.client.Uploads;
import io.trivet.model.FileId;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import io.trivet.model.Upload;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Uploads in pieces of one chunk, by two clients at once: the second one puts every other piece. An
 * upload that failed is given up later, when its outcome is known, so that it leaves no chunk. One
 * thread.
 */
final class PieceWork {
    private final TrivetClient first;
    private final TrivetClient second;
    private final int pieceBytes;
    private final Deque<FileId> failed = new ArrayDeque<>();

    PieceWork(TrivetClient first, TrivetClient second, int pieceBytes) {
        this.first = first;
        this.second = second;
        this.pieceBytes = pieceBytes;
    }

    /** Throws {@link TrivetException} if the file may not be there. */
    void save(RemotePath path, Content content) throws IOException {
        Upload upload = begun(path);
        int pieces = putAll(upload, content.bytes());
        first.uploads().complete(upload, pieces, MetadataChange.NONE);
        failed.removeLast();
    }

    void putAndGiveUp(RemotePath path, Content content) throws IOException {
        Upload upload = begun(path);
        putAll(upload, content.bytes());
        second.uploads().abort(upload.file());
        failed.removeLast();
    }

    private Upload begun(RemotePath path) {
        Upload upload = first.uploads().begin(path, pieceBytes);
        failed.addLast(upload.file()); // until it has succeeded
        return upload;
    }

    /** Those that are over are none any more; what cannot be given up now is tried again. */
    void giveUpFailed() {
        try {
            while (!failed.isEmpty()) {
                first.uploads().abort(failed.getFirst());
                failed.removeFirst();
            }
        } catch (TrivetException _) {
            // The cluster is away: before the next operation again.
        }
    }

    private int putAll(Upload upload, byte[] bytes) throws IOException {
        int pieces = Math.ceilDiv(bytes.length, pieceBytes);
        FutureTask<Boolean> others = new FutureTask<>(() -> {
            put(second.uploads(), upload, bytes, 2);
            return true;
        });
        Thread thread = Thread.ofVirtual().name("pieces").start(others);
        try {
            put(first.uploads(), upload, bytes, 1);
        } finally {
            join(thread);
        }
        try {
            others.get();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TrivetException refused) {
                throw refused;
            }
            throw new IOException("the second client failed", e.getCause());
        }
        return pieces;
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** The last pieces first. */
    private void put(Uploads uploads, Upload upload, byte[] bytes, int from) throws IOException {
        int pieces = Math.ceilDiv(bytes.length, pieceBytes);
        for (int piece = pieces - Math.floorMod(pieces - from, 2); piece >= from; piece -= 2) {
            int begin = (piece - 1) * pieceBytes;
            int length = Math.min(pieceBytes, bytes.length - begin);
            uploads.put(upload, piece, new ByteArrayInputStream(bytes, begin, length), length, "");
        }
    }
}
