package io.trivet.rescue;

import io.trivet.chunk.DiskFiles;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Puts the chunks of a file one after the other, every block checked; one block in memory. One thread. */
final class Joiner {
    private final DiskFiles files;
    private final RescueListener listener;
    private final ByteBuffer block = ByteBuffer.allocateDirect(ChunkSize.BLOCK_BYTES);
    private long badReplicas;

    Joiner(DiskFiles files, RescueListener listener) {
        this.files = files;
        this.listener = listener;
    }

    /** Takes bytes in order. */
    @FunctionalInterface
    interface Sink {
        /** Takes nothing: for reading only. */
        Sink NONE = bytes -> {};

        void write(ByteBuffer bytes) throws IOException;
    }

    /**
     * Reads all chunks that are known. After the first bad one nothing more goes to the sink, but the others are read to their end, so that the answer
     * names all that are bad.
     *
     * @return the chunks of which no replica has all blocks
     * @throws IOException only from the sink
     */
    ChunkNumbers join(FoundFile file, Sink sink) throws IOException {
        ChunkNumbers.Builder bad = new ChunkNumbers.Builder();
        Sink current = sink;
        for (Map.Entry<Integer, FoundChunk> chunk : file.chunks().entrySet()) {
            if (chunk.getValue().isKnown() && !copy(file, chunk.getKey(), chunk.getValue(), current)) {
                bad.add(chunk.getKey());
                current = Sink.NONE;
            }
        }
        return bad.build();
    }

    /** Replicas that were found to lack something. */
    long badReplicas() {
        return badReplicas;
    }

    private boolean copy(FoundFile file, int number, FoundChunk chunk, Sink sink) throws IOException {
        ChunkId id = new ChunkId(file.id(), number);
        List<Path> paths = chunk.places().stream()
                .map(place -> place.file(id, file.slotOf(number)))
                .toList();
        int length = chunk.content().length();
        Replicas replicas = new Replicas(files, paths, chunk, listener::trouble);
        try (replicas) {
            for (int offset = 0; offset < length; offset += ChunkSize.BLOCK_BYTES) {
                if (!replicas.read(offset, block)) {
                    listener.passed((long) length - offset);
                    return false;
                }
                listener.passed(block.remaining());
                sink.write(block);
            }
        } finally {
            badReplicas += replicas.bad();
        }
        return true;
    }
}
