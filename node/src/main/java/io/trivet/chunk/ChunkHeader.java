package io.trivet.chunk;

import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.RemotePath;
import io.trivet.model.Slot;

/**
 * What is known of a chunk before its bytes are.
 *
 * @param first the slot of the file's chunk 1
 * @param chunkSize of the file; the length of every chunk except the last
 * @param length bytes in this chunk; 0 only for the one chunk of an empty file
 * @param last whether this is the file's last chunk
 * @param path the file's name when it was saved, only for a rescue; the file may have been renamed
 *     since
 */
public record ChunkHeader(ChunkId chunk, Slot first, ChunkSize chunkSize, int length, boolean last, RemotePath path) {
    public ChunkHeader {
        if (length < 0 || length > chunkSize.bytes() || (!last && length != chunkSize.bytes())) {
            throw new IllegalArgumentException(chunk + ": " + length + " bytes do not make "
                    + (last ? "a last chunk" : "a chunk") + " where chunks have " + chunkSize.bytes());
        }
        if (length == 0 && chunk.number() != 1) {
            throw new IllegalArgumentException(chunk + ": only the first chunk of an empty file is empty");
        }
    }

    /** The chunk's slot: as many slots after the first as there are chunks before it. */
    public Slot slot() {
        return slotOf(chunk, first);
    }

    /** The number of blocks of {@link ChunkSize#BLOCK_BYTES}; the last may be shorter. */
    public int blocks() {
        return Math.ceilDiv(length, ChunkSize.BLOCK_BYTES);
    }

    static Slot slotOf(ChunkId chunk, Slot first) {
        return first.plus(chunk.number() - 1L);
    }
}
