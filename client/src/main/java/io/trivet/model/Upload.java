package io.trivet.model;

import java.time.Instant;

/**
 * A file that is stored in pieces before it has a name. All pieces but the last have one size,
 * which is a whole number of chunks; so piece p has the chunks from {@code (p - 1) x pieceBytes /
 * chunkSize + 1} on, and the file is like any other when it is complete.
 *
 * @param file the id that the file will have, under which its chunks are stored
 * @param path where it will be
 * @param user who began it
 * @param pieceBytes in each piece but the last, which may have fewer
 * @param first the slot of chunk 1
 */
public record Upload(
        FileId file, RemotePath path, String user, Instant begun, long pieceBytes, ChunkSize chunkSize, Slot first) {
    /** The most pieces of an upload. */
    public static final int MAX_PIECES = 10_000;

    /** The most chunks of a piece. */
    public static final int MAX_CHUNKS = 64;

    public Upload {
        if (pieceBytes < 1 || pieceBytes % chunkSize.bytes() != 0 || pieceBytes / chunkSize.bytes() > MAX_CHUNKS) {
            throw new IllegalArgumentException("a piece has 1 to " + MAX_CHUNKS + " whole chunks of "
                    + chunkSize.bytes() + " bytes, not " + pieceBytes + " bytes");
        }
    }

    /** Whether it has a piece of this number, which may have this length in bytes. */
    public boolean takes(int piece, long length) {
        return piece >= 1 && piece <= MAX_PIECES && length >= 1 && length <= pieceBytes;
    }

    /** The number of the first chunk of a piece, from 1. */
    public int firstChunkOf(int piece) {
        return Math.toIntExact((piece - 1) * (pieceBytes / chunkSize.bytes()) + 1);
    }

    /** The number of chunks of a piece of this length. */
    public int chunksOf(long length) {
        return chunkSize.chunksOf(length);
    }
}
