package io.trivet.rescue;

import io.trivet.chunk.ChunkFormat;
import io.trivet.chunk.ChunkTrailer;
import io.trivet.chunk.CorruptChunkException;
import io.trivet.chunk.DiskFiles;
import io.trivet.model.Checksums;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.Refusal;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads the replicas of one chunk as one: each block comes from any replica that has it as stored.
 * So two replicas with different bad blocks still give a whole chunk. All have the same length and
 * checksums, so they are the same chunk. One thread.
 */
final class ReplicaReader implements Closeable {
    private final DiskFiles files;
    private final List<Candidate> candidates;
    private final FoundChunk chunk;
    private final Consumer<String> trouble;
    private final List<Open> open = new ArrayList<>();
    private int tried;
    private int bad;

    ReplicaReader(DiskFiles files, List<Candidate> candidates, FoundChunk chunk, Consumer<String> trouble) {
        this.files = files;
        this.candidates = candidates;
        this.chunk = chunk;
        this.trouble = trouble;
    }

    /** A replica that was found. */
    record Candidate(ReplicaLocation location, ChunkId chunk, Slot slot) {
        private Path name() {
            return location.file(chunk, slot);
        }
    }

    /** The number of replicas found damaged or incomplete. */
    int bad() {
        return bad;
    }

    /**
     * Fills the buffer with the block that begins at byte {@code offset} of the chunk; false if no
     * replica has it.
     */
    boolean read(int offset, ByteBuffer into) {
        for (int i = 0; i < open.size() || openNext(); i++) {
            Open replica = open.get(i);
            try {
                replica.read(offset, into);
                prefer(i);
                return true;
            } catch (IOException e) {
                blame(replica, String.valueOf(e.getMessage()));
            }
        }
        return false;
    }

    /** The replica that had this block is tried first for the next. */
    private void prefer(int index) {
        if (index > 0) {
            open.addFirst(open.remove(index));
        }
    }

    private void blame(Open replica, String reason) {
        if (!replica.blamed) {
            replica.blamed = true;
            bad++;
            trouble.accept(reason);
        }
    }

    /** Opens one more replica; false if none is left. */
    private boolean openNext() {
        while (tried < candidates.size()) {
            Candidate candidate = candidates.get(tried++);
            try {
                open.add(opened(candidate));
                return true;
            } catch (IOException e) {
                bad++;
                trouble.accept(String.valueOf(e.getMessage()));
            } catch (TrivetException e) {
                bad++;
                trouble.accept(e.refusal().message());
            }
        }
        return false;
    }

    private Open opened(Candidate candidate) throws IOException {
        Path path = candidate.name();
        DiskFiles.OpenFile file = candidate.location.open(files, candidate.chunk, candidate.slot);
        boolean sound = false;
        try {
            ChunkTrailer trailer = ChunkFormat.read(file, path);
            if (!trailer.stored().agreesWith(chunk.content())) {
                throw TrivetException.of(
                        Refusal.Kind.STALE,
                        path.toString(),
                        "it changed since its trailer was read: is a node running?");
            }
            sound = true;
            return new Open(path, file, trailer);
        } finally {
            if (!sound) {
                file.close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (Open replica : open) {
            replica.file.close();
        }
    }

    /** A replica that is open. */
    private static final class Open {
        private final Path path;
        private final DiskFiles.OpenFile file;
        private final ChunkTrailer trailer;
        private boolean blamed;

        Open(Path path, DiskFiles.OpenFile file, ChunkTrailer trailer) {
            this.path = path;
            this.file = file;
            this.trailer = trailer;
        }

        void read(int offset, ByteBuffer into) throws IOException {
            into.clear().limit(Math.min(into.capacity(), trailer.header().length() - offset));
            while (into.hasRemaining()) {
                if (file.read(into, (long) offset + into.position()) < 0) {
                    throw new CorruptChunkException(path, offset, into.limit() + " bytes", "the end of the file");
                }
            }
            into.flip();
            int expected = trailer.blocks().at(offset / ChunkSize.BLOCK_BYTES);
            int found = Checksums.of(into);
            if (found != expected) {
                throw new CorruptChunkException(
                        path, offset, "a block with crc32c " + Checksums.text(expected), Checksums.text(found));
            }
        }
    }
}
