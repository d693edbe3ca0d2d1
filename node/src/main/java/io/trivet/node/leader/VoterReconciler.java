package io.trivet.node.leader;

import io.trivet.model.ClusterView;
import io.trivet.model.Command;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Outcome;
import io.trivet.model.TrivetException;
import io.trivet.quorum.Quorum;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out, at the leader, what {@link VoterPlanner} decides. After a failure the next round
 * decides again from the current state; a node that did not take its seat is skipped for a while.
 * One thread.
 */
public final class VoterReconciler {
    private static final Logger LOG = LoggerFactory.getLogger(VoterReconciler.class);
    private static final Duration CHANGE_LIMIT = Duration.ofSeconds(30);

    /**
     * How long a round waits for a new voter. One that lacks little is seated sooner that way;
     * otherwise the next round checks again.
     */
    private static final Duration GLANCE = Duration.ofSeconds(2);

    private static final Duration PASSED_OVER_FOR = Duration.ofSeconds(30);

    private final NodeId self;
    private final Calls calls;
    private final Consumer<Command> propose;
    private final Duration silentFor;
    private final Map<NodeId, Long> failedNanos = new HashMap<>();
    private final Map<NodeId, Long> wokenNanos = new HashMap<>();
    private @Nullable Newcomer newcomer;

    /**
     * A node that took a seat but does not count yet: it first gets what it lacks, which takes
     * longer for a larger namespace.
     */
    private record Newcomer(NodeId node, CompletableFuture<Outcome> change) {}

    /**
     * Calls to other nodes; each throws {@link TrivetException} if the node is not reached or
     * refuses.
     */
    public interface Calls {
        /** Asks a node to start its Raft member. */
        void offer(Node node, int epoch);

        /** Tells a node that it has no seat. */
        void dismiss(Node node, int epoch);
    }

    VoterReconciler(NodeId self, Calls calls, Consumer<Command> propose, Duration silentFor) {
        this.self = self;
        this.calls = calls;
        this.propose = propose;
        this.silentFor = silentFor;
    }

    void round(ClusterView view, Quorum quorum, List<ObservedNode> nodes) {
        // Read before the voters: a newcomer that counts by then is among them, and one that counts
        // later is still arriving.
        Optional<NodeId> arriving = arriving(Duration.ZERO);
        Set<NodeId> voters = quorum.voters();
        record(view, voters);
        VoterPlanner voterPlanner = new VoterPlanner(view, nodes, voters, self, silentFor);
        voterPlanner.asleep().forEach(node -> wake(view, node));
        voterPlanner.strangers().stream()
                .filter(node -> !arriving.equals(Optional.of(node)))
                .forEach(node -> call(view, node, calls::dismiss));
        if (arriving.isEmpty()) {
            voterPlanner.next(passedOver()).ifPresent(change -> carryOut(change, view, quorum, voters));
        }
    }

    /**
     * The node that has taken a seat and is still catching up. If it were dismissed, it would begin
     * again, possibly for ever.
     */
    private Optional<NodeId> arriving(Duration wait) {
        Newcomer last = newcomer;
        if (last == null) {
            return Optional.empty();
        }
        try {
            Outcome outcome = last.change.get(wait.toMillis(), TimeUnit.MILLISECONDS);
            newcomer = null;
            arrived(last.node, outcome);
            return Optional.empty();
        } catch (TimeoutException _) {
            return Optional.of(last.node);
        } catch (ExecutionException e) {
            throw new IllegalStateException("no change of the voters fails so", e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.of(last.node);
        }
    }

    private void arrived(NodeId node, Outcome outcome) {
        if (outcome instanceof Outcome.Done) {
            propose.accept(new Command.Seat(node, true));
            LOG.info("seated node={}", node);
        } else {
            LOG.warn("not seated node={} outcome={}", node, outcome);
            failedNanos.put(node, System.nanoTime());
        }
    }

    /**
     * At most every 30 s: if a Raft member ends as soon as it begins, as one of an older release
     * may, an operator must act.
     */
    private void wake(ClusterView view, NodeId node) {
        long now = System.nanoTime();
        Long before = wokenNanos.get(node);
        if (before == null || now - before > PASSED_OVER_FOR.toNanos()) {
            wokenNanos.put(node, now);
            call(view, node, calls::offer);
        }
    }

    /**
     * Copies the voters, which the quorum knows, to the namespace, where everyone looks for
     * masters.
     */
    private void record(ClusterView view, Set<NodeId> voters) {
        for (Node node : view.nodes()) {
            if (node.master() != voters.contains(node.id())) {
                propose.accept(new Command.Seat(node.id(), voters.contains(node.id())));
            }
        }
    }

    private Set<NodeId> passedOver() {
        long now = System.nanoTime();
        failedNanos.values().removeIf(failed -> now - failed > PASSED_OVER_FOR.toNanos());
        return Set.copyOf(failedNanos.keySet());
    }

    private void carryOut(VoterPlanner.Change change, ClusterView view, Quorum quorum, Set<NodeId> voters) {
        switch (change) {
            case VoterPlanner.Change.Give(NodeId node) -> give(view, quorum, voters, node);
            case VoterPlanner.Change.Take(NodeId node) -> take(quorum, voters, node);
            case VoterPlanner.Change.HandOver(NodeId next) -> {
                LOG.info("hands over from={} to={}", self, next);
                done(quorum.handOver(next), "hand over to " + next);
            }
        }
    }

    private void give(ClusterView view, Quorum quorum, Set<NodeId> voters, NodeId node) {
        Set<NodeId> more = new HashSet<>(voters);
        more.add(node);
        if (call(view, node, calls::offer)) {
            LOG.info("seats node={} voters={}", node, text(more));
            newcomer = new Newcomer(node, quorum.seat(more));
            var _ = arriving(GLANCE);
        } else {
            failedNanos.put(node, System.nanoTime());
        }
    }

    private void take(Quorum quorum, Set<NodeId> voters, NodeId node) {
        Set<NodeId> fewer = new HashSet<>(voters);
        fewer.remove(node);
        if (done(quorum.seat(fewer), "unseat " + node)) {
            propose.accept(new Command.Seat(node, false));
            LOG.info("unseated node={} voters={}", node, text(fewer));
        }
    }

    private interface Call {
        void to(Node node, int epoch);
    }

    private static boolean call(ClusterView view, NodeId id, Call call) {
        try {
            view.node(id).ifPresent(node -> call.to(node, view.epoch()));
            return true;
        } catch (TrivetException e) {
            LOG.warn("seat not settled node={} cause=\"{}\"", id, e.getMessage());
            return false;
        }
    }

    private static boolean done(CompletableFuture<Outcome> change, String what) {
        try {
            Outcome outcome = change.get(CHANGE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            if (outcome instanceof Outcome.Done) {
                return true;
            }
            LOG.warn("not done what=\"{}\" outcome={}", what, outcome);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("not done what=\"{}\" cause=\"{}\"", what, e.toString());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private static String text(Set<NodeId> nodes) {
        return nodes.stream().sorted().map(NodeId::toString).collect(Collectors.joining(","));
    }
}
