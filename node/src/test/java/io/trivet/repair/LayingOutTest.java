package io.trivet.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Address;
import io.trivet.model.CensusReport;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.ClusterView;
import io.trivet.model.Debt;
import io.trivet.model.Layout;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Part;
import io.trivet.model.Rebalancing;
import io.trivet.model.RepairReport;
import io.trivet.model.SeatReport;
import io.trivet.model.Standing;
import io.trivet.model.Sweeping;
import io.trivet.placement.Member;
import io.trivet.placement.Planner;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** When the layout changes by itself, and when nothing is owed. */
class LayingOutTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static Layout layout(int nodes, int replicas) {
        return Planner.fresh(
                        IntStream.range(0, nodes)
                                .mapToObj(number -> new Member(new NodeId(number), 1, ""))
                                .toList(),
                        replicas)
                .layout();
    }

    private static ClusterView view(int nodes, int wanted, Layout... layouts) {
        return new ClusterView(
                new ClusterId(new UUID(1, 1)),
                1,
                1,
                ChunkSize.DEFAULT,
                wanted,
                IntStream.range(0, nodes)
                        .mapToObj(number ->
                                new Node(new NodeId(number), new Address("127.0.0.1", 7000 + number), 1, "", 0, false))
                        .toList(),
                List.of(layouts));
    }

    private static Witness node(int number, long silentSeconds, long free, RepairReport report) {
        Duration silence = Duration.ofSeconds(silentSeconds);
        return new Witness(new NodeId(number), silentSeconds < 5, silence, 1000, free, 0, report, SeatReport.NONE);
    }

    private static RepairReport report(long event, long layout, long owed, long surplus, boolean wasHome) {
        return new RepairReport(1, event, layout, 3, owed, owed * 10, 0, surplus, 0, 0, wasHome, "");
    }

    /** Nodes that are silent for so many seconds, with room for everything. */
    private static List<Witness> nodes(long... silentSeconds) {
        List<Witness> nodes = new ArrayList<>();
        for (int number = 0; number < silentSeconds.length; number++) {
            nodes.add(node(number, silentSeconds[number], 1 << 20, report(1, 1, 0, 0, true)));
        }
        return nodes;
    }

    private static Optional<LayingOut.Change> next(ClusterView view, List<Witness> nodes) {
        return LayingOut.next(view, nodes, LIMIT);
    }

    @Test
    void aNodeThatWasSilentForTooLongIsLaidOut() {
        ClusterView view = view(4, 2, layout(4, 2));
        assertThat(next(view, nodes(0, 0, 0, 9))).isEmpty();
        Layout next = next(view, nodes(0, 0, 0, 10)).orElseThrow().layout();
        assertThat(next.nodes()).containsExactly(new NodeId(0), new NodeId(1), new NodeId(2));
        assertThat(next.version()).isEqualTo(2);
        assertThat(next.replicas()).isEqualTo(2);
    }

    @Test
    void oneAtATime() {
        Layout next = next(view(5, 2, layout(5, 2)), nodes(0, 0, 0, 10, 10))
                .orElseThrow()
                .layout();
        assertThat(next.nodes()).hasSize(4);
    }

    @Test
    void neverBelowTheNumberOfReplicas() {
        assertThat(next(view(3, 3, layout(3, 3)), nodes(0, 0, 10))).isEmpty();
        assertThat(next(view(3, 2, layout(3, 2)), nodes(0, 0, 10))).isPresent();
    }

    @Test
    void neverWhileHalfOfTheNodesAreSilent() {
        assertThat(next(view(4, 2, layout(4, 2)), nodes(0, 0, 10, 10))).isEmpty();
        assertThat(next(view(4, 2, layout(4, 2)), nodes(0, 0, 6, 10))).isEmpty();
    }

    @Test
    void neverWhereTheRestCannotHoldTheData() {
        List<Witness> nodes = new ArrayList<>(nodes(0, 0, 0, 10));
        for (int number = 0; number < 3; number++) {
            nodes.set(number, node(number, 0, 300, report(1, 1, 0, 0, true)));
        }
        assertThat(next(view(4, 2, layout(4, 2)), nodes)).isEmpty();
    }

    @Test
    void aNodeThatIsBackGetsItsOldSlots() {
        Layout four = layout(4, 2);
        Layout three = layout(3, 2).withVersion(2);
        Layout next =
                next(view(4, 2, three, four), nodes(0, 0, 0, 0)).orElseThrow().layout();
        assertThat(next).isEqualTo(four.withVersion(3));
    }

    @Test
    void aNewcomerWaitsForAnOperator() {
        List<Witness> nodes = new ArrayList<>(nodes(0, 0, 0));
        nodes.add(node(3, 0, 1 << 20, report(1, 1, 0, 0, false)));
        assertThat(next(view(4, 0, layout(3, 2)), nodes)).isEmpty();
    }

    @Test
    void aTrialOfOneNodeThatGrowsGetsTwoReplicas() {
        List<Witness> nodes = new ArrayList<>(nodes(0));
        nodes.add(node(1, 0, 1 << 20, report(1, 1, 0, 0, false)));
        assertThat(next(view(2, 0, layout(1, 1)), nodes).orElseThrow().layout().replicas())
                .isEqualTo(2);
        assertThat(next(view(2, 1, layout(1, 1)), nodes)).isEmpty();
    }

    private static ClusterView standing(ClusterView view, int number, Standing standing, Rebalancing rebalancing) {
        List<Node> nodes = view.nodes().stream()
                .map(node -> node.id().number() == number ? node.withPart(Part.USUAL.withStanding(standing)) : node)
                .toList();
        return new ClusterView(
                view.cluster(), 2, 1, ChunkSize.DEFAULT, 0, nodes, view.layouts(), Sweeping.USUAL, rebalancing, null);
    }

    @Test
    void whatAnOperatorDrainedIsNotLaidInAgain() {
        ClusterView view = view(4, 2, layout(3, 2));
        assertThat(next(view, nodes(0, 0, 0, 0))).isPresent();
        assertThat(next(standing(view, 3, Standing.DRAINED, Rebalancing.USUAL), nodes(0, 0, 0, 0)))
                .isEmpty();
        assertThat(next(standing(view, 3, Standing.REMOVED, Rebalancing.USUAL), nodes(0, 0, 0, 0)))
                .isEmpty();
        assertThat(next(standing(view, 3, Standing.WAITING, Rebalancing.USUAL), nodes(0, 0, 0, 0)))
                .isEmpty();
    }

    /** A drained node that is switched off says nothing about the network. */
    @Test
    void drainedNodesAreNotCountedAmongTheSilent() {
        ClusterView drained = standing(view(4, 2, layout(3, 2)), 3, Standing.DRAINED, Rebalancing.USUAL);
        assertThat(next(drained, nodes(0, 0, 10, 99)).orElseThrow().layout().nodes())
                .containsExactly(new NodeId(0), new NodeId(1));
    }

    @Test
    void newNodesAreTakenInWhereAnOperatorWantsIt() {
        Rebalancing automatic = new Rebalancing(false, 0, true);
        ClusterView view = standing(view(4, 2, layout(3, 2)), 3, Standing.WAITING, automatic);
        assertThat(next(view, nodes(0, 0, 0, 0)).orElseThrow().layout().nodes()).contains(new NodeId(3));
        assertThat(next(view, nodes(0, 0, 0, 9))).isEmpty();
        ClusterView moving =
                standing(view(4, 2, layout(3, 2).withVersion(2), layout(3, 2)), 3, Standing.WAITING, automatic);
        assertThat(next(moving, nodes(0, 0, 0, 0))).isEmpty();
    }

    @Test
    void aClusterWithoutDataTakesTheLayoutOfItsDisks() {
        ClusterView view = view(3, 2, layout(3, 2));
        assertThat(LayingOut.young(view)).isEmpty();
        ClusterView unequal = new ClusterView(
                view.cluster(),
                2,
                1,
                ChunkSize.DEFAULT,
                0,
                view.nodes().stream()
                        .map(node -> node.withPart(
                                Part.USUAL.withCapacity(node.id().number() == 2 ? 500L << 30 : 1000L << 30)))
                        .toList(),
                view.layouts());
        Layout young = LayingOut.young(unequal).orElseThrow().layout();
        assertThat(young.version()).isEqualTo(2);
        assertThat(young.homes().stream()
                        .filter(homes -> homes.contains(new NodeId(2)))
                        .count())
                .isEqualTo(1008);
    }

    private static List<Witness> reporting(long event, long layout, long owed, long surplus) {
        return IntStream.range(0, 3)
                .mapToObj(number -> node(number, 0, 1 << 20, report(event, layout, owed, surplus, true)))
                .toList();
    }

    @Test
    void zeroIsSaidOnlyWhenAllComparedSinceTheLastEvent() {
        DebtLedger ledger = new DebtLedger();
        ClusterView view = view(3, 2, layout(3, 2));
        long event = ledger.event(view, reporting(0, 0, 0, 0));
        Debt before = ledger.debt(view, reporting(0, 0, 0, 0), NOW);
        assertThat(before.checked()).isFalse();
        assertThat(before.asOf()).isNull();
        Debt compared = ledger.debt(view, reporting(event, 1, 0, 0), NOW);
        assertThat(compared.checked()).isFalse();
        assertThat(compared.reason()).contains("census");
        ledger.counted(new CensusReport(event, NOW.minusSeconds(2), 0, 0, List.of()));
        Debt after = ledger.debt(view, reporting(event, 1, 0, 0), NOW);
        assertThat(after.checked()).isTrue();
        assertThat(after.asOf()).isEqualTo(NOW.minusSeconds(3));
        ledger.counted(new CensusReport(event, NOW.minusSeconds(7), 2, 100, List.of()));
        Debt missing = ledger.debt(view, reporting(event, 1, 0, 0), NOW);
        assertThat(missing.owed()).isEqualTo(4);
        assertThat(missing.bytes()).isEqualTo(200);
        assertThat(missing.asOf()).isEqualTo(NOW.minusSeconds(7));
        assertThat(missing.etaSeconds()).isEmpty();
        List<Witness> oneGone = new ArrayList<>(reporting(event, 1, 0, 0));
        oneGone.set(2, node(2, 9, 0, report(event, 1, 0, 0, true)));
        Debt gone = ledger.debt(view, oneGone, NOW);
        assertThat(gone.checked()).isFalse();
        assertThat(gone.reason()).contains("n2 is silent");
        assertThat(ledger.debt(view, reporting(event, 1, 0, 0), NOW).checked()).isFalse();
    }

    @Test
    void aReconciliationOfAnOlderLayoutDoesNotCount() {
        DebtLedger ledger = new DebtLedger();
        ClusterView view = view(3, 2, layout(3, 2).withVersion(2), layout(3, 2));
        long event = ledger.event(view, reporting(0, 0, 0, 0));
        assertThat(ledger.debt(view, reporting(event, 1, 0, 0), NOW).checked()).isFalse();
        assertThat(ledger.isSettled(view, reporting(event, 2, 0, 0), NOW)).isTrue();
        assertThat(ledger.isSettled(view, reporting(event, 2, 1, 0), NOW)).isFalse();
        assertThat(ledger.isSettled(view, reporting(event, 2, 0, 1), NOW)).isFalse();
        assertThat(ledger.isSettled(view, reporting(event, 2, 0, -1), NOW)).isFalse();
    }
}
