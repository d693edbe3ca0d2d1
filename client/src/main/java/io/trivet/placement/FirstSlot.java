package io.trivet.placement;

import io.trivet.model.ChunkSize;
import io.trivet.model.Slot;

/**
 * Which slot the first chunk of a new file takes. Under a fixed start every file of one chunk would
 * sit on the same nodes, so that balanced slots would not be balanced bytes; so the namespace
 * counts files and each starts a stride further on. It counts long files and all others apart.
 * Readers never need to know any of this: the record holds what came of it.
 */
public final class FirstSlot {
    /**
     * The stride of long files while there are three nodes: a multiple of 3, so that chunk i of
     * each of them is on the nodes that i mod 3 names. It visits 840 slots.
     */
    public static final int LONG_STEP_OF_THREE = 1563;

    /** The stride of all other files: it has no divisor in common with {@link Slot#COUNT}, and so visits every slot. */
    public static final int STEP = 1559;

    /** The size of a file that nobody knows yet. */
    public static final long UNKNOWN_SIZE = -1;

    private FirstSlot() {}

    /** Whether a file counts as long: it has a chunk for each node at least. A file of unknown size does not. */
    public static boolean isLong(long size, ChunkSize chunkSize, int nodes) {
        return size != UNKNOWN_SIZE && chunkSize.chunksOf(size) >= nodes;
    }

    /** The first slot of the k-th long file, from 0. */
    public static Slot startOfFile(long k, int nodes) {
        return start(k, nodes == 3 ? LONG_STEP_OF_THREE : STEP);
    }

    /**
     * The first slot of the k-th file, from 0, of those that are short or of unknown size. A range
     * of them steps by {@link #STEP}: it takes one start and moves their counter on by its length.
     */
    public static Slot startOfShortFile(long k) {
        return start(k, STEP);
    }

    private static Slot start(long k, int step) {
        if (k < 0) {
            throw new IllegalArgumentException("files are counted from 0, not " + k);
        }
        return new Slot((int) (k % Slot.COUNT * step % Slot.COUNT));
    }
}
