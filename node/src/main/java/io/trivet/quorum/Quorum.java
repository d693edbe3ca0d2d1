package io.trivet.quorum;

import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The namespace as its masters keep it together. Safe for any number of threads.
 *
 * <p>No future fails, and nothing waits for ever: what does not work out comes as a refusal. {@code
 * NOT_LEADER} (its subject is the leader, such as {@code n1}), {@code NO_QUORUM} and {@code BUSY}
 * say that nothing was done; {@code OUTCOME_UNKNOWN} says that nobody can tell yet: the same
 * session and sequence sent again are answered and not applied again (rule 10). Nothing is retried
 * here. Futures complete on threads of the quorum: what is chained to them must be short.
 */
public interface Quorum extends AutoCloseable {
    /** Has an operation applied. Any outcome but the refusals above is on stable storage of a majority of masters. */
    CompletableFuture<Outcome> submit(Operation operation);

    /**
     * Answers from a state that has everything that was acknowledged before this call, when that is
     * sure: the caller waits, and may check it for others.
     */
    QueryResult ask(Query query);

    /** Whether this node is the leader and ready, as far as it knows. */
    boolean leads();

    /** The leader, as far as this node knows. */
    Optional<NodeId> leader();

    /** The nodes whose logs count for a majority, as far as this node knows. */
    Set<NodeId> voters();

    /**
     * Makes these the voters, at the leader: one is added at a time, and counts only when it has
     * caught up; then the others go. The new ones must have been started to join, and are given
     * half an hour to catch up. {@code BUSY}: another change is under way. {@code OUTCOME_UNKNOWN}
     * when it takes longer: part of it may be done or go on; sending the same again is right.
     */
    CompletableFuture<Outcome> seat(Set<NodeId> voters);

    /** Hands the lead to another voter, which is leader when this is done. */
    CompletableFuture<Outcome> handOver(NodeId next);

    /** Stops within seconds. Nothing depends on it: {@code kill -9} is as good. */
    @Override
    void close();
}
