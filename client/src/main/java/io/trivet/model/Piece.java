package io.trivet.model;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/**
 * A piece of an {@link Upload} that is on stable storage.
 *
 * @param number from 1
 * @param length in bytes
 * @param chunks their checksums, in order
 * @param tag what the program that stored it wants to find again
 */
public record Piece(int number, long length, List<Command.Proof> chunks, String tag, Instant stored) {
    /** The most bytes of a tag. */
    public static final int MAX_TAG = 128;

    public Piece {
        chunks = List.copyOf(chunks);
        requireTag(tag);
    }

    static void requireTag(String tag) {
        if (tag.getBytes(StandardCharsets.UTF_8).length > MAX_TAG) {
            throw new IllegalArgumentException("a tag has at most " + MAX_TAG + " bytes");
        }
    }
}
