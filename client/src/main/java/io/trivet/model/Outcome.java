package io.trivet.model;

/** The result of a {@link Command}. */
public sealed interface Outcome {
    record Done() implements Outcome {}

    /** Nothing was changed. */
    record Refused(Refusal refusal) implements Outcome {}

    /** The node's id and the cluster that it now belongs to. */
    record Joined(NodeId node, ClusterId cluster) implements Outcome {}

    record SessionOpened(SessionId session) implements Outcome {}

    /**
     * Open saves: {@code count} ids from {@code start} on. Chunk 1 of the j-th of them (from 0) is
     * in slot {@code first + j x step}.
     */
    record Reserved(FileId start, int count, Slot first, int step, ChunkSize chunkSize) implements Outcome {
        public Slot firstOf(int j) {
            return first.plus((long) j * step);
        }
    }

    /** The file's record under its name. */
    record Committed(FileRecord record) implements Outcome {}
}
