package io.trivet.rescue;

import io.trivet.model.FileId;

/**
 * The result for one file id.
 *
 * @param path by the namespace, else at save time; empty if neither is known
 */
public record RescuedFile(FileId id, String path, Outcome outcome) {
    /** Whole and written, or why not. */
    public sealed interface Outcome {
        /**
         * All bytes are in a file of their own.
         *
         * @param target the file's name, relative to the target directory
         * @param note why it differs from the saved path; empty if it does not
         */
        record Whole(String target, String note, long size, int crc32c) implements Outcome {}

        /**
         * A symbolic link was made.
         *
         * @param target its name, relative to the target directory
         * @param note as above
         * @param to where it leads
         */
        record Linked(String target, String note, String to) implements Outcome {}

        /**
         * Not written, because a part of it is missing.
         *
         * @param missing chunks without a replica
         * @param bad chunks of which no replica has all blocks as stored
         * @param endKnown whether the last chunk is known; if not, more may be missing after the
         *     greatest number
         */
        record Incomplete(ChunkNumberRanges missing, ChunkNumberRanges bad, boolean endKnown) implements Outcome {}

        /** Not written: the replicas contradict each other. */
        record Conflict(String reason) implements Outcome {}

        /** Not written: the namespace says that it was removed, replaced, or never committed. */
        record Gone() implements Outcome {}

        /** Whole by its trailers, but it could not be written. */
        record NotWritten(String reason) implements Outcome {}
    }
}
