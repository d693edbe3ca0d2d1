package io.trivet.placement;

import io.trivet.model.ChunkSize;
import io.trivet.model.Slot;

/**
 * Chooses the slot of the first chunk of a new file. With a fixed first slot, all files of one
 * chunk would be on the same nodes, and balanced slots would not balance bytes. So the namespace
 * counts files, and each starts a stride further than the previous one. It counts long files apart
 * from all others. Readers do not need this: the record holds the result.
 */
public final class FirstSlot {
    /**
     * The stride of long files on three nodes: a multiple of 3, so that chunk i of each of them is
     * on the nodes that i mod 3 selects. It visits 840 slots.
     */
    public static final int LONG_STEP_OF_THREE = 1563;

    /**
     * The stride of all other files: coprime to {@link Slot#COUNT}, so that it visits every slot.
     */
    public static final int STEP = 1559;

    /** The size of a file whose size is not known yet. */
    public static final long UNKNOWN_SIZE = -1;

    private FirstSlot() {}

    /**
     * Whether a file counts as long: it has at least as many chunks as there are nodes. A file of
     * unknown size is not long.
     */
    public static boolean isLong(long size, ChunkSize chunkSize, int nodes) {
        return size != UNKNOWN_SIZE && chunkSize.chunksOf(size) >= nodes;
    }

    /** The first slot of the k-th long file, from 0. */
    public static Slot startOfFile(long k, int nodes) {
        return start(k, nodes == 3 ? LONG_STEP_OF_THREE : STEP);
    }

    /**
     * The first slot of the k-th file, from 0, of those that are short or of unknown size. The
     * files of a reservation step by {@link #STEP}, so it computes one start and advances the
     * counter by its length.
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
