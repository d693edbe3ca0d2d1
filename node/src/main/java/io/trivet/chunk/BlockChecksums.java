package io.trivet.chunk;

import io.trivet.model.Checksums;
import io.trivet.model.ChunkSize;
import java.util.Arrays;

/**
 * The CRC32C of each 64 KiB block of a chunk, in order; the last block may be shorter. Immutable.
 */
public final class BlockChecksums {
    private final int[] crcs;

    private BlockChecksums(int[] crcs) {
        this.crcs = crcs;
    }

    public static BlockChecksums of(int... crcs) {
        return new BlockChecksums(crcs.clone());
    }

    public int count() {
        return crcs.length;
    }

    /** The checksum of block {@code index}, from 0. */
    public int at(int index) {
        return crcs[index];
    }

    /** The checksums of blocks {@code from} (inclusive) to {@code to} (exclusive). */
    public int[] range(int from, int to) {
        return Arrays.copyOfRange(crcs, from, to);
    }

    /** The CRC32C of the whole chunk, which has {@code length} bytes. */
    public int combined(int length) {
        int whole = 0;
        int left = length;
        for (int crc : crcs) {
            int block = Math.min(left, ChunkSize.BLOCK_BYTES);
            whole = Checksums.combine(whole, crc, block);
            left -= block;
        }
        return whole;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BlockChecksums that && Arrays.equals(crcs, that.crcs);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(crcs);
    }

    @Override
    public String toString() {
        return crcs.length + " blocks";
    }
}
