package io.trivet.model;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * CRC32C (Castagnoli, RFC 3720 appendix B.4) of bytes, and of a whole from the checksums of its
 * pieces.
 *
 * <p>The checksum of two pieces, one after the other, follows from their two checksums and the
 * length of the second: a CRC is linear over GF(2), so appending n bytes multiplies the first by
 * x^(8n) modulo the polynomial. So the checksum of a file is computed from those of its chunks
 * without reading anything again.
 */
public final class Checksums {
    /** The polynomial, reflected: bit 31 is the coefficient of x^0. */
    private static final int POLYNOMIAL = 0x82F63B78;

    private static final int X_TO_THE_0 = 1 << 31;

    /** {@code POWERS[k]} is x^(8 * 2^k) modulo the polynomial. */
    private static final int[] POWERS = powers();

    private Checksums() {}

    /** CRC32C of the bytes between position and limit. The position does not change. */
    public static int of(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }

    public static int of(byte[] bytes) {
        return of(ByteBuffer.wrap(bytes));
    }

    /**
     * CRC32C of A followed by B.
     *
     * @param first CRC32C of A
     * @param second CRC32C of B
     * @param secondLength length of B in bytes, 0 or more
     */
    public static int combine(int first, int second, long secondLength) {
        if (secondLength < 0) {
            throw new IllegalArgumentException("a length is 0 or more, not " + secondLength);
        }
        int shifted = first;
        for (int k = 0; secondLength >> k != 0; k++) {
            if ((secondLength >> k & 1) == 1) {
                shifted = multiply(POWERS[k], shifted);
            }
        }
        return shifted ^ second;
    }

    /** How a checksum is shown: 8 hexadecimal digits. */
    public static String text(int crc) {
        return String.format("%08x", crc);
    }

    /** The product of two polynomials modulo {@link #POLYNOMIAL}, both reflected. */
    private static int multiply(int a, int b) {
        int product = 0;
        int factor = b;
        for (int bit = X_TO_THE_0; bit != 0; bit >>>= 1) {
            if ((a & bit) != 0) {
                product ^= factor;
            }
            factor = (factor & 1) == 0 ? factor >>> 1 : factor >>> 1 ^ POLYNOMIAL;
        }
        return product;
    }

    private static int[] powers() {
        int[] powers = new int[64];
        powers[0] = X_TO_THE_0 >>> 8;
        for (int k = 1; k < powers.length; k++) {
            powers[k] = multiply(powers[k - 1], powers[k - 1]);
        }
        return powers;
    }
}
