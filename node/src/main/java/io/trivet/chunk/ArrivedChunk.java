package io.trivet.chunk;

import io.trivet.model.Refusal;
import io.trivet.model.Sha256;
import io.trivet.model.TrivetException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A small chunk of which every byte is here, for {@link ChunkStore#storeAll}.
 *
 * @param bytes all of it, at most {@link ChunkWriter#MAX_PIECE}, between position and limit; verified
 * @param blockCrcs the CRC32C of each 64 KiB block, the last of which may be shorter
 * @param crc32c of all bytes
 * @param sha256 of all bytes, stored as the writer states; null if unknown
 */
public record ArrivedChunk(
        ChunkHeader header,
        ByteBuffer bytes,
        int[] blockCrcs,
        int crc32c,
        @Nullable Sha256 sha256) {
    /** Durable on return, unless it returns why not. */
    @Nullable
    Refusal storeIn(ChunkStore store) {
        try (ChunkWriter writer = store.begin(header)) {
            writer.writeVerified(bytes.duplicate(), blockCrcs);
            writer.finish(header.length(), crc32c, sha256);
            return null;
        } catch (TrivetException e) {
            return e.refusal();
        }
    }
}
