package io.trivet.quorum;

import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The namespace as replicated by its masters. Safe for any number of threads.
 *
 * <p>No future fails, and every wait is bounded: failures come as refusals. {@code NOT_LEADER} (its
 * subject is the leader, such as {@code n1}), {@code NO_QUORUM} and {@code BUSY} mean that nothing
 * was done. {@code OUTCOME_UNKNOWN} means that the outcome is not known yet: the same session and
 * sequence sent again are answered and not applied again (rule 10). Nothing is retried here.
 * Futures complete on threads of the quorum, so what is chained to them must be short.
 */
public interface Quorum extends AutoCloseable {
    /**
     * Has an operation applied. Any outcome except the refusals above is on stable storage on a
     * majority of masters.
     */
    CompletableFuture<Outcome> submit(Operation operation);

    /** Like {@link #submit} for each; those that fit go into one entry of the log. */
    List<CompletableFuture<Outcome>> submitAll(List<Operation> operations);

    /**
     * Answers from a state that has everything that was acknowledged before this call. The caller
     * waits, and may run the leadership check for other callers too.
     */
    QueryResult ask(Query query);

    /** Whether this node is the leader and ready, as far as it knows. */
    boolean leads();

    /** The leader, as far as this node knows. */
    Optional<NodeId> leader();

    /** The nodes whose logs count for a majority, as far as this node knows. */
    Set<NodeId> voters();

    /**
     * Makes these nodes the voters; only at the leader. Adds one at a time, which counts only after
     * it has caught up; then removes the others. New ones must have been started to join, and have
     * half an hour to catch up. {@code BUSY}: another change is in progress. {@code
     * OUTCOME_UNKNOWN} if it takes longer: a part of it may be done or continue; repeat the call.
     */
    CompletableFuture<Outcome> seat(Set<NodeId> voters);

    /** Transfers leadership to another voter, which is the leader when the future completes. */
    CompletableFuture<Outcome> handOver(NodeId next);

    /** Stops within seconds. Nothing depends on it: {@code kill -9} is as good. */
    @Override
    void close();
}
