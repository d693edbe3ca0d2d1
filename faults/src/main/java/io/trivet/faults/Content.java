package io.trivet.faults;

import io.trivet.model.Checksums;
import io.trivet.model.FileRecord;
import java.util.Random;

/**
 * The content of a file, generated from a seed: {@code size} bytes with this checksum. Different
 * contents have different seeds, so a file shows which one it has.
 */
record Content(long seed, int size, int crc32c) {
    static Content of(long seed, int size) {
        return new Content(seed, size, Checksums.of(bytes(seed, size)));
    }

    byte[] bytes() {
        return bytes(seed, size);
    }

    private static byte[] bytes(long seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    boolean isSaidBy(FileRecord record) {
        return record.size() == size && record.crc32c() == crc32c;
    }

    @Override
    public String toString() {
        return size + " bytes " + Checksums.text(crc32c);
    }
}
