package io.trivet.rescue;

import io.trivet.model.FileId;

/**
 * What became of one file id.
 *
 * @param path by the namespace, or else at save time; empty if neither is known
 */
public record RescuedFile(FileId id, String path, Outcome outcome) {
    /** Whole and written, or why not. */
    public sealed interface Outcome {
        /**
         * All bytes are in a file of their own.
         *
         * @param target the file's name, relative to the target directory
         * @param note why it is not simply the saved path; empty if it is
         */
        record Whole(String target, String note, long size, int crc32c) implements Outcome {}

        /**
         * Not written: some of it is not there.
         *
         * @param missing of these chunks there is no replica
         * @param bad of these there are some, and none has all blocks as they were stored
         * @param endKnown whether the last chunk is known; if not, more may be missing after the greatest number
         */
        record Incomplete(ChunkNumbers missing, ChunkNumbers bad, boolean endKnown) implements Outcome {}

        /** Not written: the replicas contradict each other. */
        record Conflict(String reason) implements Outcome {}

        /** Not written: the namespace says that it was removed or replaced, or never committed. */
        record Gone() implements Outcome {}

        /** Whole, as far as trailers tell, but it could not be written. */
        record NotWritten(String reason) implements Outcome {}
    }
}
