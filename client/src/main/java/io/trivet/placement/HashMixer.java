package io.trivet.placement;

/**
 * A 64-bit mixer. It determines the stand-ins, so it must never change; a test holds examples of
 * its output.
 *
 * <p>It is the finalizer of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014; constants of Stafford's
 * variant 13): shifts and multiplications by odd numbers. Each step is invertible, so different
 * inputs never collide.
 */
final class HashMixer {
    /**
     * 2^64 divided by the golden ratio: its multiples modulo 2^64 are spread evenly, however many
     * there are.
     */
    static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private HashMixer() {}

    static long mix(long value) {
        long mixed = value + GOLDEN;
        mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }

    /** Mixes two values; their order matters. */
    static long mix(long first, long second) {
        return mix(mix(first) ^ second);
    }

    /** The 53 highest bits as a fraction, from 0 to below 1. */
    static double fraction(long value) {
        return (value >>> 11) * 0x1p-53;
    }
}
