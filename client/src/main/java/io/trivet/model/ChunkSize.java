package io.trivet.model;

/**
 * The number of bytes in every chunk of a file except the last, which may be shorter. A multiple of
 * {@link #BLOCK_BYTES}, at most {@link #MAX}.
 */
public record ChunkSize(int bytes) {
    /**
     * The bytes of a chunk that one checksum covers: 64 KiB. The last block of a chunk may be
     * shorter.
     */
    public static final int BLOCK_BYTES = 64 << 10;

    public static final ChunkSize DEFAULT = new ChunkSize(50 << 20);
    public static final int MAX = 1 << 30;

    public ChunkSize {
        if (bytes < BLOCK_BYTES || bytes > MAX || bytes % BLOCK_BYTES != 0) {
            throw new IllegalArgumentException(
                    "a chunk is a multiple of 64 KiB and at most 1 GiB, not " + bytes + " bytes");
        }
    }

    /**
     * The number of chunks of {@code size} bytes that are stored in chunks; no bytes are one empty
     * chunk. An empty file may have none: see {@link FileRecord#chunkCount}.
     */
    public int chunksOf(long size) {
        long count = Math.max(1, Math.ceilDiv(size, (long) bytes));
        if (size < 0 || count > ChunkId.MAX_NUMBER) {
            throw new IllegalArgumentException("no file has " + size + " bytes");
        }
        return (int) count;
    }

    /** Bytes in chunk {@code number} (from 1) of a file of {@code size} bytes. */
    public int lengthOf(int number, long size) {
        if (number < 1 || number > chunksOf(size)) {
            throw new IllegalArgumentException("a file of " + size + " bytes has no chunk " + number);
        }
        return (int) Math.min(bytes, size - offsetOf(number));
    }

    /** The offset in the file, in bytes, at which chunk {@code number} (from 1) begins. */
    public long offsetOf(int number) {
        return (number - 1L) * bytes;
    }
}
