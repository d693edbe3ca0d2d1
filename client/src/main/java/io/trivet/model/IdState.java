package io.trivet.model;

import java.time.Instant;

/** What the namespace says of a file id, and so what may become of its chunks (rule 3). */
public sealed interface IdState {
    /** It is open, or a record names it: its chunks are owed. */
    record Alive() implements IdState {}

    /** It was removed or replaced at that time: its chunks are kept until a grace from then is over (rule 5). */
    record Removed(Instant since) implements IdState {}

    /**
     * It was issued in this epoch, or removed in it with its grace over, and nothing names it: its
     * chunks may be swept. Once dead, an id stays so as long as the epoch lasts.
     */
    record Dead() implements IdState {}

    /** It is of another epoch, or newer than this namespace: its chunks are set aside, never deleted. */
    record Unknown() implements IdState {}
}
