package io.trivet.quorum;

import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.namespace.Namespace;
import io.trivet.namespace.Store;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The state machine as the quorum sees it: it applies log entries to a store in order, and answers
 * reads from it.
 *
 * @param applying applies one entry; writes its changes and its index to the store in one step, and
 *     skips an index that is there already (rule 9)
 * @param answering answers from the current state; any thread
 * @param appliedIndex of the newest entry in the store; 0 at first
 */
public record ReplicatedState(Applying applying, Function<Query, QueryResult> answering, LongSupplier appliedIndex) {
    /** The namespace in this store. */
    public static ReplicatedState namespace(Store store) {
        Namespace namespace = new Namespace(store);
        return new ReplicatedState(namespace::apply, namespace::answer, namespace::appliedIndex);
    }

    /**
     * Applies one entry. Returns an outcome for each operation, or none for an entry that was
     * applied before.
     */
    @FunctionalInterface
    public interface Applying {
        List<Outcome> apply(long index, Instant time, List<Operation> operations);
    }
}
