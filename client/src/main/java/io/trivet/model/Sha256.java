package io.trivet.model;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The strong checksum of a chunk: SHA-256 (FIPS 180-4) of its bytes. CRC32C detects accidental
 * changes; SHA-256 also detects deliberate ones, since nobody can make other bytes with the same
 * SHA-256.
 *
 * <p>The SHA-256 of a file with one chunk is that of the chunk, which is what {@code sha256sum}
 * prints. With more chunks it is the SHA-256 of the chunks' SHA-256, 32 bytes each, in order. So,
 * like the file's CRC32C, it is computed without reading anything again.
 *
 * <p>Null for what an earlier release wrote.
 */
public record Sha256(long first, long second, long third, long fourth) {
    public static final int BYTES = 32;

    /** Hashes bytes incrementally. One thread. */
    public static final class Hasher {
        private final MessageDigest digest = newDigest();

        /** Adds the bytes between position and limit. The position does not change. */
        public void update(ByteBuffer bytes) {
            digest.update(bytes.duplicate());
        }

        /** The SHA-256 of all bytes so far. Resets the hasher. */
        public Sha256 finish() {
            return Sha256.fromBytes(digest.digest());
        }
    }

    /** Of the bytes between position and limit. The position does not change. */
    public static Sha256 of(ByteBuffer bytes) {
        Hasher hasher = new Hasher();
        hasher.update(bytes);
        return hasher.finish();
    }

    public static Sha256 of(byte[] bytes) {
        return of(ByteBuffer.wrap(bytes));
    }

    /** Of a file that has these chunks, in order. */
    public static Sha256 ofChunks(List<Sha256> chunks) {
        OfChunks whole = new OfChunks();
        chunks.forEach(whole::add);
        return whole.finish();
    }

    /** {@link #ofChunks} of hashes that come one by one. One thread. */
    public static final class OfChunks {
        private final Hasher hasher = new Hasher();
        private final ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        private @Nullable Sha256 only;
        private long count;

        public void add(Sha256 chunk) {
            only = count++ == 0 ? chunk : null;
            hasher.update(chunk.put(bytes.clear()).flip());
        }

        public Sha256 finish() {
            return only == null ? hasher.finish() : only;
        }
    }

    public static Sha256 fromBytes(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a SHA-256 has " + BYTES + " bytes, not " + bytes.length);
        }
        return read(ByteBuffer.wrap(bytes));
    }

    /** Throws {@link IllegalArgumentException} for anything but 64 hexadecimal digits. */
    public static Sha256 parse(String text) {
        return fromBytes(HexFormat.of().parseHex(text));
    }

    /** Reads the next {@link #BYTES} bytes. */
    public static Sha256 read(ByteBuffer bytes) {
        return new Sha256(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
    }

    /** Puts {@link #BYTES} bytes. */
    public ByteBuffer put(ByteBuffer bytes) {
        return bytes.putLong(first).putLong(second).putLong(third).putLong(fourth);
    }

    public byte[] toBytes() {
        return put(ByteBuffer.allocate(BYTES)).array();
    }

    /** Whether both may belong to the same bytes; true if one is null. */
    public static boolean agree(@Nullable Sha256 one, @Nullable Sha256 other) {
        return one == null || other == null || one.equals(other);
    }

    /** 64 hexadecimal digits. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(toBytes());
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
