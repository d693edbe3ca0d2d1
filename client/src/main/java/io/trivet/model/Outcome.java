package io.trivet.model;

/** What a {@link Command} came to. */
public sealed interface Outcome {
    record Done() implements Outcome {}

    /** Nothing was changed. */
    record Refused(Refusal refusal) implements Outcome {}

    /** The node's number, and the cluster it belongs to now. */
    record Joined(NodeId node, ClusterId cluster) implements Outcome {}

    record SessionOpened(SessionId session) implements Outcome {}

    /**
     * Open saves: {@code count} ids from {@code start} on. Chunk 1 of the j-th of them (from 0)
     * sits in slot {@code first + j x step}.
     */
    record Reserved(FileId start, int count, Slot first, int step, ChunkSize chunkSize) implements Outcome {
        public Slot firstOf(int j) {
            return first.plus((long) j * step);
        }
    }

    /** The file's record as it stands under its name now. */
    record Committed(FileRecord record) implements Outcome {}
}
