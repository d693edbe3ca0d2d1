package io.trivet.node.leader;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Address;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.ClusterView;
import io.trivet.model.Command;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.NodeShare;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.RebalanceSettings;
import io.trivet.model.Refusal;
import io.trivet.model.RepairReport;
import io.trivet.model.SeatReport;
import io.trivet.model.SweepSettings;
import io.trivet.quorum.Quorum;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A leader and a newcomer that takes long to catch up. */
final class VoterReconcilerTest {
    private static final NodeId LEADER = new NodeId(0);
    private static final NodeId NEWCOMER = new NodeId(1);

    private final List<NodeId> offered = new ArrayList<>();
    private final List<NodeId> dismissed = new ArrayList<>();
    private final List<Command> proposed = new ArrayList<>();
    private final SlowQuorum quorum = new SlowQuorum();
    private final VoterReconciler reconciler = new VoterReconciler(
            LEADER,
            new VoterReconciler.Calls() {
                @Override
                public void offer(Node node, int epoch) {
                    offered.add(node.id());
                }

                @Override
                public void dismiss(Node node, int epoch) {
                    dismissed.add(node.id());
                }
            },
            proposed::add,
            Duration.ofMinutes(10));

    private void round() {
        boolean begun = !offered.isEmpty();
        reconciler.round(
                view(),
                quorum,
                List.of(
                        witness(LEADER, SeatReport.Standing.HELD),
                        witness(NEWCOMER, begun ? SeatReport.Standing.HELD : SeatReport.Standing.NONE)));
    }

    @Test
    void aNewcomerThatCatchesUpIsNotSentAway() {
        round();
        round();
        round();
        assertThat(offered).containsExactly(NEWCOMER);
        assertThat(dismissed).isEmpty();
        assertThat(quorum.changes).isEqualTo(1);

        quorum.voters = Set.of(LEADER, NEWCOMER);
        quorum.change.complete(new Outcome.Done());
        round();
        assertThat(proposed).contains(new Command.Seat(NEWCOMER, true));
        assertThat(dismissed).isEmpty();
    }

    /** Otherwise a voter would be told to leave its seat. */
    @Test
    void aNewcomerThatArrivesInTheMidstOfARoundIsNotSentAway() {
        round();
        quorum.arrivesWhenAsked = true;
        round();
        round();
        assertThat(dismissed).isEmpty();
        assertThat(proposed).contains(new Command.Seat(NEWCOMER, true));
    }

    @Test
    void oneThatDidNotArriveIsSentAway() {
        round();
        quorum.change.complete(new Outcome.Refused(new Refusal(Refusal.Kind.OUTCOME_UNKNOWN, "", "no progress")));
        round();
        assertThat(dismissed).containsExactly(NEWCOMER);
        assertThat(proposed).isEmpty();
    }

    private static ClusterView view() {
        List<Node> nodes = List.of(node(LEADER, true), node(NEWCOMER, false));
        return new ClusterView(
                new ClusterId(new UUID(1, 1)),
                1,
                1,
                ChunkSize.DEFAULT,
                2,
                nodes,
                List.of(),
                SweepSettings.USUAL,
                RebalanceSettings.USUAL,
                null,
                3);
    }

    private static Node node(NodeId id, boolean master) {
        return new Node(id, new Address("127.0.0.1", 7000 + id.number()), 1, "", 0, master, NodeShare.USUAL);
    }

    private static ObservedNode witness(NodeId node, SeatReport.Standing standing) {
        return new ObservedNode(
                node, true, Duration.ZERO, 0, 0, 0, RepairReport.NONE, new SeatReport(standing, 1), Duration.ZERO);
    }

    /** A quorum whose changes end when the test says so. */
    private static final class SlowQuorum implements Quorum {
        private final CompletableFuture<Outcome> change = new CompletableFuture<>();
        private Set<NodeId> voters = Set.of(LEADER);
        private int changes;
        private boolean arrivesWhenAsked;

        @Override
        public CompletableFuture<Outcome> seat(Set<NodeId> wanted) {
            changes++;
            return change;
        }

        @Override
        public Set<NodeId> voters() {
            Set<NodeId> before = voters;
            if (arrivesWhenAsked) {
                voters = Set.of(LEADER, NEWCOMER);
                change.complete(new Outcome.Done());
            }
            return before;
        }

        @Override
        public boolean leads() {
            return true;
        }

        @Override
        public Optional<NodeId> leader() {
            return Optional.of(LEADER);
        }

        @Override
        public List<CompletableFuture<Outcome>> submitAll(List<Operation> operations) {
            return operations.stream().map(this::submit).toList();
        }

        @Override
        public CompletableFuture<Outcome> submit(Operation operation) {
            throw new UnsupportedOperationException();
        }

        @Override
        public QueryResult ask(Query query) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Outcome> handOver(NodeId next) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }
}
