package io.trivet.rescue;

/** What the trailers of a file's chunks say about it, without reading its bytes. */
sealed interface FileVerdict {
    /** Chunks 1 to last exist. */
    record Whole(long size, int crc32c) implements FileVerdict {}

    /**
     * Chunks are missing.
     *
     * @param bad chunks of which no replica has a sound trailer
     * @param endKnown whether the last chunk is known; if not, any number may be missing after
     *     those listed
     */
    record Incomplete(ChunkNumberRanges missing, ChunkNumberRanges bad, boolean endKnown) implements FileVerdict {}

    /** Sound trailers contradict each other. */
    record Conflict(String reason) implements FileVerdict {}
}
