package io.trivet.wire;

/** What comes while a chunk is on its way. */
public sealed interface PieceFrame {
    /** Bytes, now in the buffer, with the CRC32C of each 64 KiB block of them, not verified yet. */
    record Bytes(int[] blockCrcs) implements PieceFrame {}

    /** That was all: so many bytes, with this CRC32C. */
    record End(int length, int crc32c) implements PieceFrame {}
}
