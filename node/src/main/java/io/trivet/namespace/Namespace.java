package io.trivet.namespace;

import io.trivet.model.Answer;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Question;
import java.time.Instant;
import java.util.List;

/** The state machine. One thread applies; any number may ask. */
public final class Namespace {
    public Namespace(Store store) {
        throw new UnsupportedOperationException("to be written: " + store);
    }

    /**
     * Applies one entry of the log: its operations in order, each with its own outcome. An entry at or below {@link #appliedIndex} is passed over
     * (its outcomes are gone) and answered with an empty list. The entry's changes and its index are written in one step (rule 9).
     *
     * @param time of the leader that made the entry; a time before that of an earlier entry counts as that earlier time
     */
    public List<Outcome> apply(long index, Instant time, List<Operation> operations) {
        throw new UnsupportedOperationException("to be written");
    }

    /** Answers from the state as it is now; whether that is recent enough is the caller's care. */
    public Answer answer(Question question) {
        throw new UnsupportedOperationException("to be written");
    }

    /** The index of the last entry whose changes are in the store; 0 at first. */
    public long appliedIndex() {
        throw new UnsupportedOperationException("to be written");
    }
}
