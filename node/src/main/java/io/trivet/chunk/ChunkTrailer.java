package io.trivet.chunk;

import io.trivet.model.Checksums;
import io.trivet.model.ClusterId;
import io.trivet.model.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * What follows the bytes of a chunk in its file: everything needed to verify them, and to rebuild a
 * file from chunk files alone.
 *
 * @param crc32c of all the chunk's bytes: what its blocks' checksums combine to
 * @param sha256 of all the chunk's bytes, as their writer stated; null in files of an earlier
 *     release
 * @param blocks as many as the header's length has
 */
public record ChunkTrailer(
        ClusterId cluster,
        ChunkHeader header,
        int crc32c,
        @Nullable Sha256 sha256,
        BlockChecksums blocks) {
    /** As an earlier release wrote it. */
    public ChunkTrailer(ClusterId cluster, ChunkHeader header, int crc32c, BlockChecksums blocks) {
        this(cluster, header, crc32c, null, blocks);
    }

    public ChunkTrailer {
        if (blocks.count() != header.blocks()) {
            throw new IllegalArgumentException(header.chunk() + ": " + header.length() + " bytes have "
                    + header.blocks() + " blocks, not " + blocks.count());
        }
        int combined = blocks.combined(header.length());
        if (combined != crc32c) {
            throw new IllegalArgumentException(header.chunk() + ": its blocks combine to " + Checksums.text(combined)
                    + ", not to " + Checksums.text(crc32c));
        }
    }

    /** The name and checksums of the content (rule 1). */
    public StoredChunk stored() {
        return new StoredChunk(header.chunk(), header.length(), crc32c, sha256);
    }

    /** With the SHA-256 computed from what was read. */
    ChunkTrailer with(Sha256 computed) {
        return new ChunkTrailer(cluster, header, crc32c, computed, blocks);
    }
}
