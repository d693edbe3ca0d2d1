package io.trivet.faults.powerloss;

import java.util.Arrays;

/** The content of a file at one moment: its size, and the numbers of its blocks. */
final class FileBytes {
    private int[] blocks = {};
    private int length;
    private long size;

    FileBytes copy() {
        FileBytes copy = new FileBytes();
        copy.blocks = Arrays.copyOf(blocks, length);
        copy.length = length;
        copy.size = size;
        return copy;
    }

    long size() {
        return size;
    }

    void resize(long bytes) {
        size = bytes;
    }

    /** {@link Blocks#HOLE} if nothing was ever written there. */
    int block(int index) {
        return index < length ? blocks[index] : Blocks.HOLE;
    }

    void put(int index, int block) {
        if (index >= length) {
            blocks = Arrays.copyOf(blocks, Math.max(index + 1, length + length / 2));
            length = index + 1;
        }
        blocks[index] = block;
    }

    /** Drops the blocks from this one on. */
    void dropFrom(int index) {
        if (index < length) {
            Arrays.fill(blocks, index, length, Blocks.HOLE);
            length = index;
        }
    }

    /** One more than the index of the last block that may not be a hole. */
    int length() {
        return length;
    }

    int taken() {
        return (int) Arrays.stream(blocks, 0, length)
                .filter(block -> block != Blocks.HOLE)
                .count();
    }
}
