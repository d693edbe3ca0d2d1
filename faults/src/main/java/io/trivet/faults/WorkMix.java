package io.trivet.faults;

import java.util.Random;

/**
 * The sizes of what a worker saves.
 *
 * @param chunkBytes of the cluster; sizes around it are drawn more often
 * @param smallPercent of the files have at most {@link #SMALL_BYTES}, and as many of the operations
 *     save or load many files at once
 * @param files in each of a worker's directories
 */
record WorkMix(int chunkBytes, int smallPercent, int files) {
    /** Their chunk is in a volume. */
    static final int SMALL_BYTES = 16 << 10;

    /** Of everything some. */
    static WorkMix of(int chunkBytes) {
        return new WorkMix(chunkBytes, 10, 6);
    }

    /** Nearly everything is small, and there is much of it. */
    static WorkMix ofSmallFiles(int chunkBytes) {
        return new WorkMix(chunkBytes, 90, 60);
    }

    boolean isSmall(Random random) {
        return random.nextInt(100) < smallPercent;
    }

    /** The size of a file, in bytes. */
    int size(Random random) {
        if (isSmall(random)) {
            return smallSize(random);
        }
        int[] sizes = {0, 1, random.nextInt(5000), chunkBytes, chunkBytes + 1, random.nextInt(6 * chunkBytes)};
        return sizes[random.nextInt(sizes.length)];
    }

    /** From 0 bytes on. */
    int smallSize(Random random) {
        return random.nextInt(SMALL_BYTES + 1);
    }
}
