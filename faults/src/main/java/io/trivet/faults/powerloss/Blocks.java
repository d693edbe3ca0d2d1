package io.trivet.faults.powerloss;

import java.lang.foreign.MemorySegment;
import java.util.BitSet;

/**
 * Memory in numbered blocks of 4 KiB. Blocks are not given back one by one; {@link #keepOnly} frees
 * those not in use. One thread at a time.
 */
final class Blocks {
    static final int BYTES = 4096;

    /** The unit that is written atomically. */
    static final int SECTOR_BYTES = 512;

    /** The number that stands for a block of zeros without memory. */
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

    /** Frees all other blocks. */
    void keepOnly(BitSet inUse) {
        taken = inUse;
        cursor = 1;
    }
}
