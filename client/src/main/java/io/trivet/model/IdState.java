package io.trivet.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of a file id in the namespace. It decides what may happen to the file's chunks (rule
 * 3).
 */
public sealed interface IdState {
    /**
     * It is open, or a record names it: its chunks must be kept. Once it is not open any more, the
     * chunks that files need never become more, so others that were stored under it may be swept.
     *
     * @param chunks what files need, in order; null if that is not known, or the id is open: then all
     *     chunks must be kept
     */
    record Alive(@Nullable List<ChunkRange> chunks) implements IdState {
        public Alive {
            chunks = chunks == null ? null : List.copyOf(chunks);
        }

        /** All chunks must be kept. */
        public Alive() {
            this(null);
        }

        /** Whether chunk {@code number} must be kept. */
        public boolean needs(int number) {
            return chunks == null || chunks.stream().anyMatch(range -> range.contains(number));
        }
    }

    /**
     * It was removed or replaced at {@code since}. Its chunks are kept until the grace from then on
     * is over (rule 5).
     */
    record Removed(Instant since) implements IdState {}

    /**
     * It was issued in this epoch and nothing names it; if it was removed, its grace is over. Its
     * chunks may be swept. A dead id stays dead within its epoch.
     */
    record Dead() implements IdState {}

    /**
     * It belongs to another epoch or is newer than this namespace: its chunks are set aside, never
     * deleted.
     */
    record Unknown() implements IdState {}
}
