package io.trivet.namespace;

import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import java.time.Instant;
import java.util.List;

/**
 * The replicated state machine: applies log entries to a {@link Store} in order, and answers
 * queries from it.
 */
public interface StateMachine {
    /**
     * Applies one entry: writes its changes and its index to the store in one step. Returns one
     * outcome for each operation, or none for an entry that was applied before, which is skipped
     * (rule 9). One thread.
     */
    List<Outcome> apply(long index, Instant time, List<Operation> operations);

    /** Answers from the current state. Any thread. */
    QueryResult answer(Query query);

    /** The index of the newest applied entry; 0 at first. Any thread. */
    long appliedIndex();

    /**
     * Whether files may have several contents, so that one which goes away or is copied writes many
     * rows. Any thread.
     */
    default boolean hasChangedFiles() {
        return false;
    }
}
