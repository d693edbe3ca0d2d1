package io.trivet.gateway.checksum;

/**
 * The CRC of two runs of bytes, one after the other, from theirs: that of the first is moved along by
 * the length of the second, which is a multiplication by a power of x modulo the polynomial. For CRCs
 * that are reflected, begin with ones and end with a complement. Pure.
 *
 * @param polynomial reflected
 * @param bits 32 or 64
 */
record CrcCombination(long polynomial, int bits) {
    /** {@code secondBytes}: the length of the second run. */
    long combine(long first, long second, long secondBytes) {
        return times(power(secondBytes), first) ^ second;
    }

    /** x to the power of 8 times {@code bytes}. */
    private long power(long bytes) {
        long one = 1L << (bits - 1); // reflected: the highest bit is x to the power of 0
        long result = one;
        long square = one >>> 8; // x to the power of 8
        for (long rest = bytes; rest != 0; rest >>>= 1) {
            if ((rest & 1) != 0) {
                result = times(square, result);
            }
            square = times(square, square);
        }
        return result;
    }

    private long times(long a, long b) {
        long product = 0;
        long shifted = b;
        for (int bit = bits - 1; bit >= 0; bit--) {
            if ((a >>> bit & 1) != 0) {
                product ^= shifted;
            }
            shifted = (shifted & 1) != 0 ? shifted >>> 1 ^ polynomial : shifted >>> 1;
        }
        return product;
    }
}
