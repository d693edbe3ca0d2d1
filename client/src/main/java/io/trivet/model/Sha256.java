package io.trivet.model;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The strong checksum of a chunk: SHA-256 (FIPS 180-4) of its bytes. CRC32C finds what a fault
 * changed; this one also finds what somebody changed on purpose, since nobody can make other bytes
 * with the same SHA-256.
 *
 * <p>That of a file is the one of its chunk if there is one chunk, and so what {@code sha256sum}
 * prints. With more chunks it is the SHA-256 of the chunks' SHA-256, 32 bytes each, one after the
 * other in order: it follows from them without reading anything again, as the CRC32C of a file
 * does.
 *
 * <p>What was written by an earlier release has none: null.
 */
public record Sha256(long first, long second, long third, long fourth) {
    public static final int BYTES = 32;

    /** Takes bytes one after the other. One thread. */
    public static final class Hasher {
        private final MessageDigest digest = newDigest();

        /** The bytes between position and limit, which are left where they are. */
        public void update(ByteBuffer bytes) {
            digest.update(bytes.duplicate());
        }

        /** Of all bytes so far; then it begins again. */
        public Sha256 finish() {
            return Sha256.fromBytes(digest.digest());
        }
    }

    /** Of the bytes between position and limit, which are left where they are. */
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
        if (chunks.size() == 1) {
            return chunks.getFirst();
        }
        Hasher hasher = new Hasher();
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        for (Sha256 chunk : chunks) {
            hasher.update(chunk.put(bytes.clear()).flip());
        }
        return hasher.finish();
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

    /** The next {@link #BYTES} bytes. */
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

    /** Whether both may be of the same bytes: where one is not known, nothing contradicts it. */
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
