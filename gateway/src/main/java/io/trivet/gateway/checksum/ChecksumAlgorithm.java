package io.trivet.gateway.checksum;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/** The checksums that S3 knows, in the order in which the gateway looks for them. */
public enum ChecksumAlgorithm {
    CRC32(4),
    CRC32C(4),
    CRC64NVME(8),
    SHA1(20),
    SHA256(32);

    private final int bytes;

    ChecksumAlgorithm(int bytes) {
        this.bytes = bytes;
    }

    /** How long it is. */
    public int bytes() {
        return bytes;
    }

    public RunningChecksum begin() {
        return switch (this) {
            case CRC32 -> new OfChecksum(new CRC32(), bytes);
            case CRC32C -> new OfChecksum(new CRC32C(), bytes);
            case CRC64NVME -> new OfChecksum(new Crc64Nvme(), bytes);
            case SHA1 -> new OfDigest("SHA-1");
            case SHA256 -> new OfDigest("SHA-256");
        };
    }

    /** Whether that of a whole follows from those of its parts. */
    public boolean isCrc() {
        return switch (this) {
            case CRC32, CRC32C, CRC64NVME -> true;
            case SHA1, SHA256 -> false;
        };
    }

    /**
     * Of two runs of bytes one after the other.
     *
     * @param secondBytes the length of the second
     * @throws IllegalStateException unless {@link #isCrc}
     */
    public byte[] combine(byte[] first, byte[] second, long secondBytes) {
        CrcCombination crc = switch (this) {
            case CRC32 -> new CrcCombination(0xEDB88320L, Integer.SIZE);
            case CRC32C -> new CrcCombination(0x82F63B78L, Integer.SIZE);
            case CRC64NVME -> new CrcCombination(Crc64Nvme.POLYNOMIAL, Long.SIZE);
            case SHA1, SHA256 -> throw new IllegalStateException("no CRC: " + this);
        };
        return bigEndian(crc.combine(number(first), number(second), secondBytes), bytes);
    }

    private static long number(byte[] bigEndian) {
        long value = 0;
        for (byte each : bigEndian) {
            value = value << 8 | (each & 0xff);
        }
        return value;
    }

    private static byte[] bigEndian(long number, int bytes) {
        byte[] value = new byte[bytes];
        for (int at = 0; at < bytes; at++) {
            value[at] = (byte) (number >>> (8 * (bytes - 1 - at)));
        }
        return value;
    }

    /** Of the checksums of parts, as a multipart object has it. */
    public byte[] of(byte[] bytesOf) {
        RunningChecksum running = begin();
        running.update(bytesOf, 0, bytesOf.length);
        return running.finish();
    }

    /** The header or trailer that carries it, in lower case. */
    public String header() {
        return "x-amz-checksum-" + name().toLowerCase(Locale.ROOT);
    }

    /** The name as clients write it, in any case; empty for another. */
    public static Optional<ChecksumAlgorithm> named(String name) {
        return Arrays.stream(values())
                .filter(algorithm -> algorithm.name().equalsIgnoreCase(name))
                .findFirst();
    }

    private record OfChecksum(Checksum checksum, int bytes) implements RunningChecksum {
        @Override
        public void update(byte[] from, int offset, int length) {
            checksum.update(from, offset, length);
        }

        @Override
        public byte[] finish() {
            return bigEndian(checksum.getValue(), bytes);
        }
    }

    private record OfDigest(MessageDigest digest) implements RunningChecksum {
        OfDigest(String name) {
            this(newDigest(name));
        }

        private static MessageDigest newDigest(String name) {
            try {
                return MessageDigest.getInstance(name);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has " + name, e);
            }
        }

        @Override
        public void update(byte[] from, int offset, int length) {
            digest.update(from, offset, length);
        }

        @Override
        public byte[] finish() {
            return digest.digest();
        }
    }

    /** MD5, which S3 has in a header of its own. */
    static RunningChecksum md5() {
        return new OfDigest("MD5");
    }
}
