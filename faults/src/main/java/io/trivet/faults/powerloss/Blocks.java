package io.trivet.faults.powerloss;

import java.lang.foreign.MemorySegment;
import java.util.BitSet;

/**
 * Memory in blocks of 4 KiB, each with a number. Nobody gives a block back: {@link #keepOnly} frees
 * what is not in use. One thread at a time.
 */
final class Blocks {
    static final int BYTES = 4096;

    /** What is written in one go, or not at all. */
    static final int SECTOR_BYTES = 512;

    /** The number of no block: all zeros. */
    static final int HOLE = 0;

    private final MemorySegment memory;
    private final int count;
    private BitSet taken = new BitSet();
    private int cursor = 1;

    Blocks(MemorySegment memory) {
        this.memory = memory;
        this.count = Math.toIntExact(memory.byteSize() / BYTES);
    }

    /** A block full of zeros; {@link #HOLE} if all are taken. */
    int take() {
        int block = taken.nextClearBit(cursor);
        if (block >= count) {
            block = taken.nextClearBit(1);
        }
        if (block >= count) {
            return HOLE;
        }
        taken.set(block);
        cursor = block + 1;
        at(block).fill((byte) 0);
        return block;
    }

    MemorySegment at(int block) {
        return memory.asSlice((long) block * BYTES, BYTES);
    }

    /** All others are free from now on. */
    void keepOnly(BitSet inUse) {
        taken = inUse;
        cursor = 1;
    }
}
