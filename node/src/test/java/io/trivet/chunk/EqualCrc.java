package io.trivet.chunk;

import io.trivet.model.Checksums;

/** Other bytes with the same CRC32C, which are easy to make because a CRC is linear. */
public final class EqualCrc {
    private EqualCrc() {}

    /**
     * Returns {@code changed}, of the same length, with its last four bytes set so that its CRC32C
     * equals that of {@code original}.
     */
    public static byte[] forged(byte[] original, byte[] changed) {
        byte[] forged = changed.clone();
        setLast(forged, 0);
        int base = Checksums.of(forged);
        int wanted = Checksums.of(original) ^ base;
        int[] rows = new int[Integer.SIZE];
        int[] sources = new int[Integer.SIZE];
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            setLast(forged, 1 << bit);
            insert(rows, sources, Checksums.of(forged) ^ base, 1 << bit);
        }
        int last = 0;
        for (int bit = Integer.SIZE - 1; bit >= 0; bit--) {
            if ((wanted >>> bit & 1) == 1) {
                wanted ^= rows[bit];
                last ^= sources[bit];
            }
        }
        setLast(forged, last);
        return forged;
    }

    /** Keeps one effect for each highest bit, and the last bits that produce it. */
    private static void insert(int[] rows, int[] sources, int effect, int source) {
        for (int bit = Integer.SIZE - 1; bit >= 0; bit--) {
            if ((effect >>> bit & 1) == 0) {
                continue;
            }
            if (rows[bit] == 0) {
                rows[bit] = effect;
                sources[bit] = source;
                return;
            }
            effect ^= rows[bit];
            source ^= sources[bit];
        }
    }

    private static void setLast(byte[] bytes, int last) {
        for (int i = 0; i < Integer.BYTES; i++) {
            bytes[bytes.length - Integer.BYTES + i] = (byte) (last >>> 8 * i);
        }
    }
}
