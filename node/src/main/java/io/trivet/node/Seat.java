package io.trivet.node;

import io.trivet.model.Answer;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Question;
import io.trivet.model.Refusal;
import io.trivet.model.SeatReport;
import io.trivet.quorum.Quorum;
import io.trivet.quorum.RatisQuorum;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * This node's part in the quorum, if it has one: a master's has, another node's begins when the leader gives it a seat. Any thread.
 */
final class Seat implements AutoCloseable {
    private static final Duration WAIT = Duration.ofSeconds(12);

    private final LiveNamespace namespace;
    private final KnownCluster cluster;
    private volatile @Nullable RatisQuorum quorum;
    private volatile boolean lost;

    Seat(LiveNamespace namespace, KnownCluster cluster) {
        this.namespace = namespace;
        this.cluster = cluster;
    }

    LiveNamespace namespace() {
        return namespace;
    }

    void taken(RatisQuorum started) {
        quorum = started;
        lost = false;
    }

    /** Ends this node's part, for another one. */
    void leave() {
        RatisQuorum part = quorum;
        quorum = null;
        if (part != null) {
            part.close();
        }
    }

    /** Its log is no good: there is no part for this node in this epoch. */
    void lost() {
        lost = true;
    }

    boolean isLost() {
        return lost;
    }

    /** Of a node that took a seat. */
    SeatReport.Standing standing() {
        RatisQuorum part = quorum;
        if (part == null || lost || part.isOver()) {
            return SeatReport.Standing.LOST;
        }
        return part.isAlive() ? SeatReport.Standing.HELD : SeatReport.Standing.STOPPED;
    }

    Optional<Quorum> quorum() {
        return Optional.ofNullable(quorum);
    }

    boolean leads() {
        Quorum part = quorum;
        return part != null && part.leads();
    }

    /** The leader as far as this node knows: a voter hears it from the quorum, others from what they were told. */
    Optional<NodeId> leader() {
        return quorum().flatMap(Quorum::leader).or(cluster::leader);
    }

    Outcome submit(Operation operation) {
        Quorum part = quorum;
        return part == null ? new Outcome.Refused(notLeader()) : await(part.submit(operation));
    }

    Answer ask(Question question) {
        Quorum part = quorum;
        return part == null ? new Answer.Refused(notLeader()) : part.ask(question);
    }

    private Refusal notLeader() {
        return new Refusal(
                Refusal.Kind.NOT_LEADER,
                leader().map(NodeId::toString).orElse(""),
                "this node is no master: ask the leader");
    }

    private static Outcome await(CompletableFuture<Outcome> outcome) {
        try {
            return outcome.get(WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException _) {
            return late();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return late();
        }
    }

    private static Outcome late() {
        return new Outcome.Refused(
                new Refusal(Refusal.Kind.OUTCOME_UNKNOWN, "", "the masters did not answer in time: try again"));
    }

    /** A message of the quorum from another master. */
    byte[] receive(String method, byte[] message) throws IOException {
        RatisQuorum part = quorum;
        if (part == null) {
            throw new IOException("this node has no seat in the quorum");
        }
        return part.receive(method, message);
    }

    @Override
    public void close() {
        RatisQuorum part = quorum;
        if (part != null) {
            part.close();
        }
    }
}
