package io.trivet.node.raft;

import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.SeatReport;
import io.trivet.model.TrivetException;
import io.trivet.namespace.Namespace;
import io.trivet.node.cluster.KnownCluster;
import io.trivet.quorum.Quorum;
import io.trivet.quorum.QuorumReport;
import io.trivet.quorum.RatisQuorum;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * This node's Raft member, if it has one: a master's runs, another node's starts when the leader
 * gives it a seat. Any thread.
 */
public class RaftMember implements AutoCloseable {
    private static final Duration WAIT = Duration.ofSeconds(12);

    private final NamespaceHolder namespace;
    private final KnownCluster cluster;
    private volatile @Nullable RatisQuorum quorum;
    private volatile boolean lost;
    private volatile boolean waits;
    private volatile String failure = "";

    public RaftMember(NamespaceHolder namespace, KnownCluster cluster) {
        this.namespace = namespace;
        this.cluster = cluster;
    }

    public NamespaceHolder namespace() {
        return namespace;
    }

    public void taken(RatisQuorum started) {
        quorum = started;
        lost = false;
        waits = false;
    }

    /** Stops the Raft member, because another node takes the seat. */
    public void leave() {
        RatisQuorum part = quorum;
        quorum = null;
        waits = false;
        if (part != null) {
            part.close();
        }
    }

    /** Its log cannot be used, for this reason: this node gets no seat in this epoch. */
    public void lost(String reason) {
        failure = reason;
        lost = true;
    }

    public boolean isLost() {
        return lost;
    }

    /** Its log could not be opened now, for this reason, and may be sound: it is tried again. */
    public void waits(String reason) {
        failure = reason;
        waits = true;
    }

    /** Why a node that took a seat does not vote; empty if it can vote. */
    public String trouble() {
        RatisQuorum part = quorum;
        if (lost) {
            return failure;
        }
        if (waits) {
            return failure + "; it tries again by itself";
        }
        return part == null
                ? "it no longer takes part in voting"
                : part.trouble().orElse("");
    }

    /** Whether it has stopped and may be restarted. */
    public boolean mayRestart() {
        RatisQuorum part = quorum;
        return !lost && (waits || (part != null && part.mayRestart()));
    }

    /** The standing of a node that took a seat. */
    public SeatReport.Standing standing() {
        RatisQuorum part = quorum;
        if (lost || (part == null && !waits) || (part != null && part.isOver())) {
            return SeatReport.Standing.LOST;
        }
        if (part == null || waits) {
            return SeatReport.Standing.STOPPED;
        }
        return part.isAlive() ? SeatReport.Standing.HELD : SeatReport.Standing.STOPPED;
    }

    public Optional<Quorum> quorum() {
        return Optional.ofNullable(quorum);
    }

    /** Empty where this node has no part in the quorum. */
    public Optional<QuorumReport> report() {
        return Optional.ofNullable(quorum).map(RatisQuorum::report);
    }

    /**
     * Refuses commands that make the namespace grow while this node leads, because of this master,
     * whose log is short of room; accepts them again if empty.
     */
    public void pauseGrowth(Optional<NodeId> shortMaster) {
        RatisQuorum part = quorum;
        if (part != null) {
            part.pauseGrowth(shortMaster);
        }
    }

    public boolean leads() {
        Quorum part = quorum;
        return part != null && part.leads();
    }

    /**
     * The leader as far as this node knows: a voter learns it from the quorum, other nodes from
     * heartbeats.
     */
    public Optional<NodeId> leader() {
        return quorum().flatMap(Quorum::leader).or(cluster::leader);
    }

    public Outcome submit(Operation operation) {
        Quorum part = quorum;
        return part == null ? new Outcome.Refused(notLeader()) : await(part.submit(operation));
    }

    /** Submits all at once, so that they need few entries of the log. Outcomes in order. */
    public List<Outcome> submitAll(List<Operation> operations) {
        Quorum part = quorum;
        return part == null
                ? Collections.nCopies(operations.size(), new Outcome.Refused(notLeader()))
                : part.submitAll(operations).stream().map(RaftMember::await).toList();
    }

    public QueryResult ask(Query query) {
        Quorum part = quorum;
        return part == null ? new QueryResult.Refused(notLeader()) : part.ask(query);
    }

    /**
     * The local namespace, if this node leads as far as it knows. Throws {@code NOT_LEADER} that
     * names the leader otherwise.
     */
    public Namespace leadingNamespace() {
        if (!leads()) {
            throw new TrivetException(notLeader());
        }
        return namespace
                .current()
                .orElseThrow(() -> TrivetException.of(Refusal.Kind.NO_QUORUM, "", "no namespace is here"));
    }

    /**
     * Like {@link #leadingNamespace}, after a majority has confirmed that this node leads: the
     * namespace has everything that was acknowledged before this call.
     */
    public Namespace confirmedNamespace() {
        if (ask(new Query.View()) instanceof QueryResult.Refused(var refusal)) {
            throw new TrivetException(refusal);
        }
        return leadingNamespace();
    }

    /** The refusal that this node does not lead, with the leader if known. */
    public Refusal notLeader() {
        return new Refusal(
                Refusal.Kind.NOT_LEADER,
                leader().map(NodeId::toString).orElse(""),
                "this node does not lead: ask the leader");
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
    public byte[] receive(String method, byte[] message) throws IOException {
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
