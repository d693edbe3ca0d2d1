package io.trivet.wire;

import io.trivet.model.Sha256;
import org.jspecify.annotations.Nullable;

/** A frame of a chunk transfer. */
public sealed interface DataFrame {
    /** The bytes are in the buffer, with the CRC32C of each 64 KiB block, not verified yet. */
    record Bytes(int[] blockCrcs) implements DataFrame {}

    /** The end of the transfer: total length, CRC32C, and SHA-256 if the sender stated one. */
    record End(int length, int crc32c, @Nullable Sha256 sha256) implements DataFrame {}
}
