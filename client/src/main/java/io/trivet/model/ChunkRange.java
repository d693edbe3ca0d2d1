package io.trivet.model;

/** Consecutive chunks of a file, both ends included, numbered from 1. */
public record ChunkRange(int from, int to) {
    public ChunkRange {
        if (from < 1 || to < from) {
            throw new IllegalArgumentException("not a range of chunks: " + from + " to " + to);
        }
    }

    public int count() {
        return to - from + 1;
    }

    public boolean contains(int number) {
        return number >= from && number <= to;
    }
}
