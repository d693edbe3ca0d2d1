package io.trivet.client;

import io.trivet.model.Checksums;
import io.trivet.model.ChunkSize;
import io.trivet.model.Sha256;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Computes the checksums of a file from its bytes in order. One thread. */
final class RunningSums {
    private final ChunkSize chunkSize;
    private final List<Sha256> chunks = new ArrayList<>();
    private final Sha256.Hasher hasher = new Sha256.Hasher();
    private int inChunk;
    private int crc;

    RunningSums(ChunkSize chunkSize) {
        this.chunkSize = chunkSize;
    }

    /** Adds the bytes between position and limit. The position does not change. */
    void append(ByteBuffer bytes) {
        crc = Checksums.combine(crc, Checksums.of(bytes), bytes.remaining());
        for (ByteBuffer left = bytes.duplicate(); left.hasRemaining(); ) {
            if (inChunk == chunkSize.bytes()) {
                endChunk();
            }
            int some = Math.min(left.remaining(), chunkSize.bytes() - inChunk);
            hasher.update(left.slice(left.position(), some));
            left.position(left.position() + some);
            inChunk += some;
        }
    }

    private void endChunk() {
        chunks.add(hasher.finish());
        inChunk = 0;
    }

    /** The checksums of all bytes so far. */
    ContentSums finish() {
        endChunk();
        return new ContentSums(crc, Sha256.ofChunks(chunks));
    }
}
