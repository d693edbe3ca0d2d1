package io.trivet.rescue;

import io.trivet.chunk.DiskFiles;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * Writes the chunks of a file in order and verifies every block; holds one block in memory. One
 * thread.
 */
final class FileAssembler {
    private final DiskFiles files;
    private final RescueListener listener;
    private final ByteBuffer block = ByteBuffer.allocateDirect(ChunkSize.BLOCK_BYTES);
    private long badReplicas;

    FileAssembler(DiskFiles files, RescueListener listener) {
        this.files = files;
        this.listener = listener;
    }

    /** Takes bytes in order. */
    @FunctionalInterface
    interface Sink {
        /** Discards the bytes, for verification only. */
        Sink NONE = bytes -> {};

        void write(ByteBuffer bytes) throws IOException;
    }

    /**
     * Reads all known chunks. After the first bad one nothing more goes to the sink, but the others
     * are still read, so that the result names all bad ones.
     *
     * @return the chunks of which no replica has all blocks
     * @throws IOException only from the sink
     */
    ChunkNumberRanges join(FoundFile file, Sink sink) throws IOException {
        ChunkNumberRanges.Builder bad = new ChunkNumberRanges.Builder();
        Sink current = sink;
        for (Map.Entry<Integer, FoundChunk> chunk : file.chunks().entrySet()) {
            if (chunk.getValue().isKnown() && !copy(file, chunk.getKey(), chunk.getValue(), current)) {
                bad.add(chunk.getKey());
                current = Sink.NONE;
            }
        }
        return bad.build();
    }

    /** Replicas that were found damaged or incomplete. */
    long badReplicas() {
        return badReplicas;
    }

    private boolean copy(FoundFile file, int number, FoundChunk chunk, Sink sink) throws IOException {
        ChunkId id = file.idOf(number);
        List<ReplicaReader.Candidate> candidates = chunk.places().stream()
                .map(location -> new ReplicaReader.Candidate(location, id, file.slotOf(number)))
                .toList();
        int length = chunk.content().length();
        Sha256.Hasher hasher = new Sha256.Hasher();
        ReplicaReader replicaReader = new ReplicaReader(files, candidates, chunk, listener::trouble);
        try (replicaReader) {
            for (int offset = 0; offset < length; offset += ChunkSize.BLOCK_BYTES) {
                if (!replicaReader.read(offset, block)) {
                    listener.passed((long) length - offset);
                    return false;
                }
                listener.passed(block.remaining());
                hasher.update(block);
                sink.write(block);
            }
        } finally {
            badReplicas += replicaReader.bad();
        }
        return isContent(id, chunk, hasher.finish());
    }

    /**
     * Blocks with valid CRC32C may still be other bytes than were saved, if they were changed
     * deliberately.
     */
    private boolean isContent(ChunkId id, FoundChunk chunk, Sha256 found) {
        boolean same = Sha256.agree(chunk.content().sha256(), found);
        if (!same) {
            listener.trouble(id + ": sha256 of its bytes is " + found + ", its trailer says "
                    + chunk.content().sha256());
        }
        return same;
    }
}
