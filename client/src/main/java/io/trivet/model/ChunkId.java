package io.trivet.model;

/**
 * Names one byte string for ever (rule 1): chunk {@code number} of file {@code file}.
 *
 * @param number from 1 to {@link #MAX_NUMBER}
 */
public record ChunkId(FileId file, int number) implements Comparable<ChunkId> {
    /** 2^30 chunks: 50 PiB of one file at the usual chunk size. */
    public static final int MAX_NUMBER = 1 << 30;

    public ChunkId {
        if (number < 1 || number > MAX_NUMBER) {
            throw new IllegalArgumentException("chunks are numbered from 1 to " + MAX_NUMBER + ", not " + number);
        }
    }

    @Override
    public int compareTo(ChunkId other) {
        int byFile = file.compareTo(other.file);
        return byFile != 0 ? byFile : Integer.compare(number, other.number);
    }

    /**
     * For example {@code 00000001-000000000000002a.part0007}: the name of the chunk's file on a
     * disk.
     */
    @Override
    public String toString() {
        return String.format("%s.part%04d", file, number);
    }
}
