package io.trivet.wire;

import io.trivet.model.Checksums;
import io.trivet.model.ChunkSize;
import java.nio.ByteBuffer;

/** The checksums of the 64 KiB blocks of a piece. */
public final class BlockSums {
    private BlockSums() {}

    /**
     * CRC32C of each block of the bytes between position and limit; the last block may be shorter.
     */
    public static int[] checksums(ByteBuffer bytes) {
        int[] sums = new int[Math.ceilDiv(bytes.remaining(), ChunkSize.BLOCK_BYTES)];
        for (int block = 0; block < sums.length; block++) {
            int from = block * ChunkSize.BLOCK_BYTES;
            int length = Math.min(ChunkSize.BLOCK_BYTES, bytes.remaining() - from);
            sums[block] = Checksums.of(bytes.slice(bytes.position() + from, length));
        }
        return sums;
    }

    /**
     * The checksum of earlier bytes, with checksum {@code sum}, followed by {@code length} bytes
     * with these block checksums.
     */
    public static int append(int sum, int[] blocks, int length) {
        int all = sum;
        for (int block = 0; block < blocks.length; block++) {
            int blockLength = Math.min(ChunkSize.BLOCK_BYTES, length - block * ChunkSize.BLOCK_BYTES);
            all = Checksums.combine(all, blocks[block], blockLength);
        }
        return all;
    }
}
