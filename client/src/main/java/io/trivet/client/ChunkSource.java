package io.trivet.client;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The bytes of one chunk that is being saved. May be read again, when the chunk must be sent again.
 */
interface ChunkSource {
    /**
     * Fills the buffer with the bytes from {@code offset} of the chunk on. Throws {@link
     * io.trivet.model.TrivetException} ({@code SOURCE_CHANGED}) if the source has fewer bytes than
     * before.
     */
    void read(int offset, ByteBuffer buffer) throws IOException;
}
