package io.trivet.wire;

import io.trivet.model.Sha256;
import org.jspecify.annotations.Nullable;

/** What comes while a chunk is on its way. */
public sealed interface DataFrame {
    /** Bytes, now in the buffer, with the CRC32C of each 64 KiB block of them, not verified yet. */
    record Bytes(int[] blockCrcs) implements DataFrame {}

    /** That was all: so many bytes, with this CRC32C, and this SHA-256 where it was told. */
    record End(int length, int crc32c, @Nullable Sha256 sha256) implements DataFrame {}
}
