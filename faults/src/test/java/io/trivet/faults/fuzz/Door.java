package io.trivet.faults.fuzz;

import java.util.List;

/**
 * A parser of bytes that are not trusted, from the network or from a disk.
 *
 * @param seeds inputs to begin with, most of them valid
 */
public record Door(String name, List<byte[]> seeds, Reader reader) {
    /** Parses the input as the product does. */
    @FunctionalInterface
    public interface Reader {
        /** Returns where the bytes were read or refused as documented; throws anything else that happens. */
        void read(byte[] bytes) throws Exception;
    }

    /**
     * What was read, written again and read once more, must be written in the same way: else
     * something was read that was not there.
     */
    public static void requireSame(byte[] once, byte[] twice) {
        if (!java.util.Arrays.equals(once, twice)) {
            throw new AssertionError("what was read and written is read as something else: "
                    + java.util.HexFormat.of().formatHex(once) + " and "
                    + java.util.HexFormat.of().formatHex(twice));
        }
    }
}
