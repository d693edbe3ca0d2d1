package io.trivet.chunk;

import io.trivet.model.Checksums;
import io.trivet.model.ChunkId;

/** A chunk this node has on stable storage, with what reconciliation compares: not the name alone, but name, length and CRC32C (rule 1). */
public record Stored(ChunkId chunk, int length, int crc32c) {
    @Override
    public String toString() {
        return chunk + " (" + length + " bytes, crc32c " + Checksums.text(crc32c) + ")";
    }
}
