package io.trivet.chunk;

import io.trivet.model.Checksums;
import io.trivet.model.ChunkSize;
import io.trivet.model.Refusal;
import io.trivet.model.Sha256;
import io.trivet.model.TrivetException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A chunk that arrives, piece by piece from its start. Every block is verified against its writer's
 * checksum before it counts, and that checksum is stored (rule 2). Nothing is visible or
 * acknowledged before {@link #finish} returns; closing without it leaves nothing behind.
 *
 * <p>One thread. After any exception except that for a bad checksum in {@link #write}, the writer
 * cannot be used and must be closed.
 */
public final class ChunkWriter implements AutoCloseable {
    /** The most bytes in one piece. */
    public static final int MAX_PIECE = 1 << 20;

    private final ChunkStore store;
    private final ChunkHeader header;
    private final PendingChunk pendingChunk;
    private final int[] crcs;
    private int written;

    ChunkWriter(ChunkStore store, ChunkHeader header, PendingChunk pendingChunk) {
        this.store = store;
        this.header = header;
        this.pendingChunk = pendingChunk;
        this.crcs = new int[header.blocks()];
    }

    /** Bytes accepted so far. */
    public int written() {
        return written;
    }

    /**
     * Takes the next piece: the remaining bytes of the buffer, which should be direct.
     *
     * @param piece at most {@link #MAX_PIECE} bytes; a multiple of 64 KiB unless it ends the chunk
     * @param blockCrcs the CRC32C of each of its blocks
     * @throws TrivetException {@code CORRUPT} if a block does not have its checksum: the piece does
     *     not count and may be sent again; {@code BAD_REQUEST} if it is no piece of this chunk;
     *     {@code DISK_FULL} or {@code DISK_FAILED}
     */
    public void write(ByteBuffer piece, int[] blockCrcs) {
        checkShape(piece.remaining(), blockCrcs.length);
        checkBlocks(piece, blockCrcs);
        append(piece, blockCrcs);
    }

    /** Like {@link #write}, for a caller that has already verified every block. */
    public void writeVerified(ByteBuffer piece, int[] blockCrcs) {
        checkShape(piece.remaining(), blockCrcs.length);
        append(piece, blockCrcs);
    }

    private void append(ByteBuffer piece, int[] blockCrcs) {
        int length = piece.remaining();
        pendingChunk.append(piece);
        System.arraycopy(blockCrcs, 0, crcs, written / ChunkSize.BLOCK_BYTES, blockCrcs.length);
        written += length;
    }

    /**
     * Ends the chunk. On return its bytes, its trailer and its name are on stable storage. If the
     * node already has the chunk with the same length and checksum, that one is read back and stays
     * (rule 1).
     *
     * @param length bytes its writer sent
     * @param crc32c of all of them, as the writer states
     * @param sha256 of all of them, stored as the writer states; null if unknown
     * @throws TrivetException {@code CORRUPT} if this is not what was received; {@code
     *     DIFFERENT_CONTENT} if the name holds other bytes; {@code DISK_FULL} or {@code
     *     DISK_FAILED}
     */
    public StoredChunk finish(int length, int crc32c, @Nullable Sha256 sha256) {
        BlockChecksums blocks = BlockChecksums.of(crcs);
        if (length != header.length() || written != length) {
            throw corrupt(written + " bytes arrived of " + header.length() + ", and " + length + " were sent");
        }
        int combined = blocks.combined(length);
        if (combined != crc32c) {
            throw corrupt("its blocks combine to crc32c " + Checksums.text(combined) + ", its writer says "
                    + Checksums.text(crc32c));
        }
        return store.settle(pendingChunk, header, blocks, crc32c, sha256);
    }

    /** As above, without SHA-256. */
    public StoredChunk finish(int length, int crc32c) {
        return finish(length, crc32c, null);
    }

    private void checkShape(int length, int blocks) {
        boolean whole = length % ChunkSize.BLOCK_BYTES == 0 || written + length == header.length();
        if (length == 0 || length > MAX_PIECE || length > header.length() - written || !whole) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST,
                    header.chunk().toString(),
                    "a piece of " + length + " bytes does not fit at byte " + written + " of " + header.length());
        }
        if (blocks != Math.ceilDiv(length, ChunkSize.BLOCK_BYTES)) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST,
                    header.chunk().toString(),
                    blocks + " checksums came with a piece of " + length + " bytes");
        }
    }

    private void checkBlocks(ByteBuffer piece, int[] blockCrcs) {
        ByteBuffer block = piece.duplicate();
        for (int i = 0; i < blockCrcs.length; i++) {
            int start = piece.position() + i * ChunkSize.BLOCK_BYTES;
            block.limit(Math.min(start + ChunkSize.BLOCK_BYTES, piece.limit())).position(start);
            int found = Checksums.of(block);
            if (found != blockCrcs[i]) {
                throw corrupt("the block at byte " + (written + i * ChunkSize.BLOCK_BYTES) + " arrived with crc32c "
                        + Checksums.text(found) + ", not " + Checksums.text(blockCrcs[i]));
            }
        }
    }

    private TrivetException corrupt(String detail) {
        return TrivetException.of(Refusal.Kind.CORRUPT, header.chunk().toString(), detail);
    }

    @Override
    public void close() {
        pendingChunk.close();
    }
}
