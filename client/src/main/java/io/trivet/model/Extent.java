package io.trivet.model;

/**
 * Where the chunks of a changed file are: from number {@code from} on, up to the next extent, they
 * are the chunks with the same numbers of one content.
 *
 * @param content the id under which they are stored
 * @param first the slot of chunk 1 of this content, whether or not the content has a chunk 1
 */
public record Extent(int from, FileId content, Slot first) {
    public Extent {
        if (from < 1) {
            throw new IllegalArgumentException("chunks are numbered from 1, not from " + from);
        }
    }

    Extent startingAt(int number) {
        return new Extent(number, content, first);
    }
}
