package io.trivet.node.leader;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Address;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.ClusterView;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.NodeShare;
import io.trivet.model.RebalanceSettings;
import io.trivet.model.RepairReport;
import io.trivet.model.SeatReport;
import io.trivet.model.SeatReport.Standing;
import io.trivet.model.SweepSettings;
import io.trivet.node.leader.VoterPlanner.Change;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which nodes have the seats of the quorum. */
class VoterPlannerTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int EPOCH = 1;

    /** A cluster according to its leader, where changes take effect at once. */
    private static final class Cluster {
        int wanted = 3;
        NodeId leader = n(0);
        final Set<NodeId> voters = new TreeSet<>();
        final TreeMap<NodeId, io.trivet.model.AdminState> wishes = new TreeMap<>();
        final TreeMap<NodeId, String> zones = new TreeMap<>();
        final TreeMap<NodeId, Standing> standings = new TreeMap<>();
        final TreeMap<NodeId, Integer> silentSeconds = new TreeMap<>();

        Cluster(int nodes, int seats) {
            for (int number = 0; number < nodes; number++) {
                zones.put(n(number), "");
                standings.put(n(number), number < seats ? Standing.HELD : Standing.NONE);
                silentSeconds.put(n(number), 0);
                if (number < seats) {
                    voters.add(n(number));
                }
            }
        }

        VoterPlanner seats() {
            List<Node> nodes = zones.keySet().stream()
                    .map(node -> new Node(
                            node,
                            new Address("127.0.0.1", 7000 + node.number()),
                            1,
                            zones.get(node),
                            0,
                            voters.contains(node),
                            NodeShare.USUAL.withStanding(wishes.getOrDefault(node, io.trivet.model.AdminState.IN))))
                    .toList();
            ClusterView view = new ClusterView(
                    new ClusterId(new UUID(1, 1)),
                    1,
                    EPOCH,
                    ChunkSize.DEFAULT,
                    2,
                    nodes,
                    List.of(),
                    SweepSettings.USUAL,
                    RebalanceSettings.USUAL,
                    null,
                    wanted);
            List<ObservedNode> witnesses =
                    zones.keySet().stream().map(this::witness).toList();
            return new VoterPlanner(view, witnesses, voters, leader, LIMIT);
        }

        private ObservedNode witness(NodeId node) {
            int silent = silentSeconds.get(node);
            SeatReport seat = new SeatReport(standings.get(node), EPOCH);
            return new ObservedNode(
                    node, silent < 5, Duration.ofSeconds(silent), 0, 0, 0, RepairReport.NONE, seat, Duration.ZERO);
        }

        Optional<Change> next() {
            return seats().next(Set.of());
        }

        boolean carryOut() {
            Optional<Change> change = next();
            change.ifPresent(this::carryOut);
            return change.isPresent();
        }

        private void carryOut(Change change) {
            switch (change) {
                case Change.Give(NodeId node) -> {
                    voters.add(node);
                    standings.put(node, Standing.HELD);
                }
                case Change.Take(NodeId node) -> {
                    assertThat(node).isNotEqualTo(leader);
                    voters.remove(node);
                    if (standings.get(node) == Standing.HELD) {
                        standings.put(node, Standing.RESTING);
                    }
                }
                case Change.HandOver(NodeId next) -> leader = next;
            }
        }

        void settle() {
            for (int step = 0; carryOut(); step++) {
                assertThat(step).as("it comes to an end").isLessThan(50);
            }
        }

        long serving() {
            return voters.stream()
                    .filter(node -> silentSeconds.get(node) < 5 && standings.get(node) == Standing.HELD)
                    .count();
        }
    }

    private static NodeId n(int number) {
        return new NodeId(number);
    }

    private static Set<NodeId> nodes(int... numbers) {
        Set<NodeId> nodes = new TreeSet<>();
        for (int number : numbers) {
            nodes.add(n(number));
        }
        return nodes;
    }

    @Test
    void seatsAreFilledInTheOrderOfJoining() {
        Cluster cluster = new Cluster(5, 1);
        cluster.settle();
        assertThat(cluster.voters).isEqualTo(nodes(0, 1, 2));
        assertThat(cluster.next()).isEmpty();
    }

    @Test
    void fiveAndOneMastersAreReachedOneByOne() {
        Cluster cluster = new Cluster(6, 3);
        cluster.leader = n(1);
        cluster.wanted = 5;
        cluster.settle();
        assertThat(cluster.voters).isEqualTo(nodes(0, 1, 2, 3, 4));
        cluster.wanted = 1;
        cluster.settle();
        assertThat(cluster.voters).isEqualTo(nodes(1));
    }

    @Test
    void mastersSpreadOverTheZones() {
        Cluster cluster = new Cluster(5, 1);
        for (int number = 0; number < 5; number++) {
            cluster.zones.put(n(number), number < 3 ? "a" : number == 3 ? "b" : "c");
        }
        cluster.settle();
        assertThat(cluster.voters).isEqualTo(nodes(0, 3, 4));
    }

    @Test
    void theNewMasterComesBeforeTheOldOneGoes() {
        Cluster cluster = new Cluster(4, 3);
        cluster.wishes.put(n(2), io.trivet.model.AdminState.DRAINED);
        assertThat(cluster.next()).contains(new Change.Give(n(3)));
        cluster.carryOut();
        assertThat(cluster.next()).contains(new Change.Take(n(2)));
        cluster.settle();
        assertThat(cluster.voters).isEqualTo(nodes(0, 1, 3));
    }

    @Test
    void aLeaderThatLeavesHandsOverFirst() {
        Cluster cluster = new Cluster(4, 3);
        cluster.wishes.put(n(0), io.trivet.model.AdminState.DRAINED);
        cluster.carryOut();
        assertThat(cluster.next()).contains(new Change.HandOver(n(1)));
        cluster.settle();
        assertThat(cluster.voters).isEqualTo(nodes(1, 2, 3));
        assertThat(cluster.leader).isEqualTo(n(1));
    }

    @Test
    void aMasterThatWasSilentForTooLongIsReplacedIfAnotherCanTakeItsSeat() {
        Cluster cluster = new Cluster(4, 3);
        cluster.silentSeconds.put(n(1), 9);
        assertThat(cluster.next()).isEmpty();
        cluster.silentSeconds.put(n(1), 10);
        cluster.settle();
        assertThat(cluster.voters).isEqualTo(nodes(0, 2, 3));

        Cluster three = new Cluster(3, 3);
        three.silentSeconds.put(n(1), 1000);
        assertThat(three.next())
                .as("nobody else is there: it may yet come back")
                .isEmpty();
    }

    /** Rule 8. */
    @Test
    void aMasterThatLostItsLogIsReplacedAndGetsNoSeat() {
        Cluster cluster = new Cluster(4, 3);
        cluster.standings.put(n(2), Standing.LOST);
        cluster.settle();
        assertThat(cluster.voters).isEqualTo(nodes(0, 1, 3));
        cluster.wanted = 5;
        assertThat(cluster.next()).isEmpty();
    }

    @Test
    void aReplacedMasterThatIsBackIsToldAndIsAPlainNodeThatMayTakeASeatAgain() {
        Cluster cluster = new Cluster(4, 3);
        cluster.silentSeconds.put(n(1), 10);
        cluster.settle();
        cluster.standings.put(n(1), Standing.HELD);
        cluster.silentSeconds.put(n(1), 0);
        assertThat(cluster.seats().strangers()).containsExactly(n(1));
        cluster.standings.put(n(1), Standing.RESTING);
        assertThat(cluster.seats().strangers()).isEmpty();
        assertThat(cluster.next()).isEmpty();
        cluster.wanted = 5;
        assertThat(cluster.next()).contains(new Change.Give(n(1)));
    }

    @Test
    void aVoterWhosePartRestsIsWoken() {
        Cluster cluster = new Cluster(3, 3);
        cluster.standings.put(n(1), Standing.RESTING);
        assertThat(cluster.seats().asleep()).containsExactly(n(1));
        cluster.standings.put(n(1), Standing.STOPPED);
        assertThat(cluster.seats().asleep()).containsExactly(n(1));
    }

    @Test
    void aRemovedMasterIsNotCountedOnEvenIfNobodyTakesItsSeat() {
        Cluster cluster = new Cluster(3, 3);
        cluster.silentSeconds.put(n(2), 100);
        cluster.wishes.put(n(2), io.trivet.model.AdminState.DRAINED);
        assertThat(cluster.next()).as("it may be wanted again").isEmpty();
        cluster.wishes.put(n(2), io.trivet.model.AdminState.REMOVED);
        cluster.settle();
        assertThat(cluster.voters).isEqualTo(nodes(0, 1));
    }

    @Test
    void whoWouldNotTakeASeatIsPassedOver() {
        Cluster cluster = new Cluster(5, 2);
        assertThat(cluster.seats().next(Set.of(n(2)))).contains(new Change.Give(n(3)));
    }

    /**
     * Whatever happens to the nodes: a cluster with a majority keeps one at every step, and the
     * number of steps is finite.
     */
    @Test
    void noStepCostsTheMajority() {
        Random random = new Random(20261123);
        for (int round = 0; round < 2000; round++) {
            Cluster cluster = new Cluster(3 + random.nextInt(5), 3);
            for (int event = 0; event < 12; event++) {
                disturb(cluster, random);
                if (2 * cluster.serving() <= cluster.voters.size() || !cluster.voters.contains(cluster.leader)) {
                    break;
                }
                List<String> steps = new ArrayList<>();
                for (Optional<Change> change = cluster.next(); change.isPresent(); change = cluster.next()) {
                    steps.add(change.get().toString());
                    cluster.carryOut(change.get());
                    assertThat(2 * cluster.serving())
                            .as("round %d, %s: voters %s", round, steps, cluster.voters)
                            .isGreaterThan(cluster.voters.size());
                    assertThat(steps).hasSizeLessThan(50);
                }
                assertThat(cluster.voters).hasSizeLessThanOrEqualTo(6);
            }
        }
    }

    /**
     * Changes the state of a random node, or the wanted number of masters; the leader stays heard
     * and keeps its log.
     */
    private static void disturb(Cluster cluster, Random random) {
        NodeId node = n(random.nextInt(cluster.zones.size()));
        boolean leads = node.equals(cluster.leader);
        switch (random.nextInt(5)) {
            case 0 ->
                cluster.silentSeconds.put(
                        node, leads ? 0 : Stream.of(0, 7, 20).toList().get(random.nextInt(3)));
            case 1 -> cluster.standings.computeIfPresent(node, (_, now) -> leads ? now : Standing.LOST);
            case 2 -> cluster.wishes.put(node, io.trivet.model.AdminState.DRAINED);
            case 3 -> cluster.wishes.remove(node);
            default -> cluster.wanted = List.of(1, 3, 5).get(random.nextInt(3));
        }
    }
}
