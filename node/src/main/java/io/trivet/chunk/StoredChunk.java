package io.trivet.chunk;

import io.trivet.model.Checksums;
import io.trivet.model.ChunkId;
import io.trivet.model.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * A chunk that this node has on stable storage, with what reconciliation compares: name, length,
 * CRC32C and SHA-256 (rule 1).
 *
 * @param sha256 null if unknown, because an earlier release stored the chunk
 */
public record StoredChunk(
        ChunkId chunk, int length, int crc32c, @Nullable Sha256 sha256) {
    public StoredChunk(ChunkId chunk, int length, int crc32c) {
        this(chunk, length, crc32c, null);
    }

    /** Whether both may be the same bytes: equal in everything that both know. */
    public boolean agreesWith(StoredChunk other) {
        return chunk.equals(other.chunk)
                && length == other.length
                && crc32c == other.crc32c
                && Sha256.agree(sha256, other.sha256);
    }

    @Override
    public String toString() {
        String strong = sha256 == null ? "" : ", sha256 " + sha256;
        return chunk + " (" + length + " bytes, crc32c " + Checksums.text(crc32c) + strong + ")";
    }
}
