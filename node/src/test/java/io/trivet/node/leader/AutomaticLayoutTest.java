package io.trivet.node.leader;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Absence;
import io.trivet.model.Address;
import io.trivet.model.AdminState;
import io.trivet.model.CensusReport;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.ClusterView;
import io.trivet.model.Debt;
import io.trivet.model.Layout;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.NodeShare;
import io.trivet.model.RebalanceSettings;
import io.trivet.model.RepairReport;
import io.trivet.model.SeatReport;
import io.trivet.model.SweepSettings;
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

/** When the layout changes automatically, and when nothing is owed. */
class AutomaticLayoutTest {
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

    private static ObservedNode node(int number, long silentSeconds, long free, RepairReport report) {
        Duration silence = Duration.ofSeconds(silentSeconds);
        return new ObservedNode(
                new NodeId(number), silentSeconds < 5, silence, 1000, free, 0, report, SeatReport.NONE, Duration.ZERO);
    }

    /** A node that answers and has had no working disk for this many seconds. */
    private static ObservedNode withoutDisk(int number, long seconds) {
        return new ObservedNode(
                new NodeId(number),
                true,
                Duration.ZERO,
                0,
                0,
                1,
                report(1, 1, 10, 0, true),
                SeatReport.NONE,
                Duration.ofSeconds(seconds));
    }

    private static RepairReport report(long event, long layout, long owed, long surplus, boolean wasHome) {
        return new RepairReport(1, event, layout, 3, owed, owed * 10, 0, surplus, 0, 0, wasHome, "");
    }

    /** Nodes that have been silent for these numbers of seconds, with room for everything. */
    private static List<ObservedNode> nodes(long... silentSeconds) {
        List<ObservedNode> nodes = new ArrayList<>();
        for (int number = 0; number < silentSeconds.length; number++) {
            nodes.add(node(number, silentSeconds[number], 1 << 20, report(1, 1, 0, 0, true)));
        }
        return nodes;
    }

    private static Optional<AutomaticLayout.Change> next(ClusterView view, List<ObservedNode> nodes) {
        return AutomaticLayout.next(view, nodes, LIMIT);
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

    /** It answers but can hold nothing: its chunks would lack a replica for ever. */
    @Test
    void aNodeThatHadNoWorkingDiskForTooLongIsLaidOut() {
        ClusterView view = view(4, 2, layout(4, 2));
        List<ObservedNode> nodes = new ArrayList<>(nodes(0, 0, 0, 0));
        nodes.set(3, withoutDisk(3, 9));
        assertThat(next(view, nodes)).isEmpty();
        nodes.set(3, withoutDisk(3, 10));
        AutomaticLayout.Change change = next(view, nodes).orElseThrow();
        assertThat(change.layout().nodes()).containsExactly(new NodeId(0), new NodeId(1), new NodeId(2));
        assertThat(change.reason()).isEqualTo("n3 had no disk for its slots for 10 s: laid out");
        ClusterView after = view(4, 2, change.layout(), layout(4, 2));
        assertThat(next(after, nodes)).isEmpty();
        nodes.set(3, node(3, 0, 1 << 20, report(1, 1, 0, 0, true)));
        assertThat(next(after, nodes).orElseThrow().layout().nodes()).contains(new NodeId(3));
    }

    /** Its large disk failed: with its old slots the rest of its disks would be full at once, and it would go again. */
    @Test
    void aNodeThatIsBackWithSmallerDisksGetsWhatTheyHaveRoomFor() {
        Layout four = layout(4, 2);
        Layout three = layout(3, 2).withVersion(2);
        List<ObservedNode> nodes = new ArrayList<>(nodes(0, 0, 0, 0));
        nodes.set(3, node(3, 0, 0, report(1, 1, 0, 0, true)));
        ClusterView view = sized(view(4, 2, three, four), 800, 800, 800, 100);
        // The others store 3,000 bytes: an equal part is 750 of them, and n3 has used 1,000.
        assertThat(next(view, nodes).orElseThrow().layout()).isEqualTo(four.withVersion(3));
        nodes.set(3, small(3, 300));
        Layout next = next(view, nodes).orElseThrow().layout();
        assertThat(slots(next, 3)).isPositive().isLessThan(slots(four, 3) * 300 / 750);
        nodes.set(3, small(3, 10));
        assertThat(next(view, nodes)).isEmpty();
    }

    private static ObservedNode small(int number, long free) {
        return new ObservedNode(
                new NodeId(number),
                true,
                Duration.ZERO,
                0,
                free,
                1,
                report(1, 1, 0, 0, true),
                SeatReport.NONE,
                Duration.ZERO);
    }

    private static long slots(Layout layout, int number) {
        return layout.homes().stream()
                .filter(homes -> homes.contains(new NodeId(number)))
                .count();
    }

    /** The nodes of a view with these capacities. */
    private static ClusterView sized(ClusterView view, long... capacities) {
        List<Node> nodes = view.nodes().stream()
                .map(node ->
                        node.withPart(node.nodeShare().withCapacity(capacities[node.id().number()])))
                .toList();
        return new ClusterView(
                view.cluster(), view.version(), 1, view.chunkSize(), view.replicasWanted(), nodes, view.layouts());
    }

    @Test
    void nodesWithoutDisksCountAsTheSilentDo() {
        List<ObservedNode> nodes = new ArrayList<>(nodes(0, 0, 0, 10));
        nodes.set(2, withoutDisk(2, 10));
        assertThat(next(view(4, 2, layout(4, 2)), nodes)).isEmpty();
        assertThat(next(view(3, 3, layout(3, 3)), nodes.subList(0, 3))).isEmpty();
        assertThat(next(view(3, 2, layout(3, 2)), nodes.subList(0, 3))).isPresent();
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
        List<ObservedNode> nodes = new ArrayList<>(nodes(0, 0, 0, 10));
        for (int number = 0; number < 3; number++) {
            nodes.set(number, node(number, 0, 300, report(1, 1, 0, 0, true)));
        }
        assertThat(next(view(4, 2, layout(4, 2)), nodes)).isEmpty();
    }

    private static Absence absence(ClusterView view, List<ObservedNode> nodes, int number) {
        return AutomaticLayout.absence(view, nodes, new NodeId(number), LIMIT);
    }

    /** What operators are told about an absent node is what will happen. */
    @Test
    void theOutlookIsThatOfTheNextLayout() {
        ClusterView view = view(4, 2, layout(4, 2));
        assertThat(absence(view, nodes(0, 0, 0, 4), 0)).isEqualTo(Absence.NONE);
        assertThat(absence(view, nodes(0, 0, 0, 6), 3))
                .isEqualTo(new Absence(Duration.ofSeconds(6), Absence.Outlook.DUE, Duration.ofSeconds(4)));
        assertThat(absence(view, nodes(0, 0, 0, 10), 3))
                .isEqualTo(new Absence(Duration.ofSeconds(10), Absence.Outlook.DUE, Duration.ZERO));
        assertThat(absence(view, nodes(0, 0, 9, 10), 3).outlook()).isEqualTo(Absence.Outlook.TOO_MANY_AWAY);
        assertThat(absence(view(3, 3, layout(3, 3)), nodes(0, 0, 10), 2).outlook())
                .isEqualTo(Absence.Outlook.TOO_FEW_NODES);
        List<ObservedNode> small = new ArrayList<>(nodes(0, 0, 0, 10));
        for (int number = 0; number < 3; number++) {
            small.set(number, node(number, 0, 300, report(1, 1, 0, 0, true)));
        }
        assertThat(absence(view, small, 3).outlook()).isEqualTo(Absence.Outlook.NO_ROOM);
        ClusterView moving = view(4, 2, layout(4, 2).withVersion(2), layout(4, 2));
        assertThat(absence(moving, nodes(0, 0, 0, 10), 3).outlook()).isEqualTo(Absence.Outlook.CHANGE_UNDER_WAY);
        assertThat(absence(view(4, 2, layout(3, 2)), nodes(0, 0, 0, 10), 3))
                .isEqualTo(new Absence(Duration.ofSeconds(10), Absence.Outlook.NONE, Duration.ZERO));
        List<ObservedNode> diskless = new ArrayList<>(nodes(0, 0, 0, 0));
        diskless.set(3, withoutDisk(3, 7));
        assertThat(absence(view, diskless, 3))
                .isEqualTo(new Absence(Duration.ofSeconds(7), Absence.Outlook.DUE, Duration.ofSeconds(3)));
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
        List<ObservedNode> nodes = new ArrayList<>(nodes(0, 0, 0));
        nodes.add(node(3, 0, 1 << 20, report(1, 1, 0, 0, false)));
        assertThat(next(view(4, 0, layout(3, 2)), nodes)).isEmpty();
    }

    @Test
    void aTrialOfOneNodeThatGrowsGetsTwoReplicas() {
        List<ObservedNode> nodes = new ArrayList<>(nodes(0));
        nodes.add(node(1, 0, 1 << 20, report(1, 1, 0, 0, false)));
        assertThat(next(view(2, 0, layout(1, 1)), nodes).orElseThrow().layout().replicas())
                .isEqualTo(2);
        assertThat(next(view(2, 1, layout(1, 1)), nodes)).isEmpty();
    }

    private static ClusterView standing(
            ClusterView view, int number, AdminState adminState, RebalanceSettings rebalanceSettings) {
        List<Node> nodes = view.nodes().stream()
                .map(node ->
                        node.id().number() == number ? node.withPart(NodeShare.USUAL.withStanding(adminState)) : node)
                .toList();
        return new ClusterView(
                view.cluster(),
                2,
                1,
                ChunkSize.DEFAULT,
                0,
                nodes,
                view.layouts(),
                SweepSettings.USUAL,
                rebalanceSettings,
                null);
    }

    @Test
    void whatAnOperatorDrainedIsNotLaidInAgain() {
        ClusterView view = view(4, 2, layout(3, 2));
        assertThat(next(view, nodes(0, 0, 0, 0))).isPresent();
        assertThat(next(standing(view, 3, AdminState.DRAINED, RebalanceSettings.USUAL), nodes(0, 0, 0, 0)))
                .isEmpty();
        assertThat(next(standing(view, 3, AdminState.REMOVED, RebalanceSettings.USUAL), nodes(0, 0, 0, 0)))
                .isEmpty();
        assertThat(next(standing(view, 3, AdminState.WAITING, RebalanceSettings.USUAL), nodes(0, 0, 0, 0)))
                .isEmpty();
    }

    /** A drained node that is off says nothing about the network. */
    @Test
    void drainedNodesAreNotCountedAmongTheSilent() {
        ClusterView drained = standing(view(4, 2, layout(3, 2)), 3, AdminState.DRAINED, RebalanceSettings.USUAL);
        assertThat(next(drained, nodes(0, 0, 10, 99)).orElseThrow().layout().nodes())
                .containsExactly(new NodeId(0), new NodeId(1));
    }

    @Test
    void newNodesAreTakenInWhereAnOperatorWantsIt() {
        RebalanceSettings automatic = new RebalanceSettings(false, 0, true);
        ClusterView view = standing(view(4, 2, layout(3, 2)), 3, AdminState.WAITING, automatic);
        assertThat(next(view, nodes(0, 0, 0, 0)).orElseThrow().layout().nodes()).contains(new NodeId(3));
        assertThat(next(view, nodes(0, 0, 0, 9))).isEmpty();
        ClusterView moving =
                standing(view(4, 2, layout(3, 2).withVersion(2), layout(3, 2)), 3, AdminState.WAITING, automatic);
        assertThat(next(moving, nodes(0, 0, 0, 0))).isEmpty();
    }

    @Test
    void aClusterWithoutDataTakesTheLayoutOfItsDisks() {
        ClusterView view = view(3, 2, layout(3, 2));
        assertThat(AutomaticLayout.young(view)).isEmpty();
        ClusterView unequal = new ClusterView(
                view.cluster(),
                2,
                1,
                ChunkSize.DEFAULT,
                0,
                view.nodes().stream()
                        .map(node -> node.withPart(
                                NodeShare.USUAL.withCapacity(node.id().number() == 2 ? 500L << 30 : 1000L << 30)))
                        .toList(),
                view.layouts());
        Layout young = AutomaticLayout.young(unequal).orElseThrow().layout();
        assertThat(young.version()).isEqualTo(2);
        assertThat(young.homes().stream()
                        .filter(homes -> homes.contains(new NodeId(2)))
                        .count())
                .isEqualTo(1008);
    }

    private static List<ObservedNode> reporting(long event, long layout, long owed, long surplus) {
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
        assertThat(before.reason())
                .as("said once")
                .isEqualTo("n0, n1, n2 have not compared all their chunks since the last change");
        Debt compared = ledger.debt(view, reporting(event, 1, 0, 0), NOW);
        assertThat(compared.checked()).isFalse();
        assertThat(compared.reason()).contains("check of all files");
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
        List<ObservedNode> oneGone = new ArrayList<>(reporting(event, 1, 0, 0));
        oneGone.set(2, node(2, 9, 0, report(event, 1, 0, 0, true)));
        Debt gone = ledger.debt(view, oneGone, NOW);
        assertThat(gone.checked()).isFalse();
        assertThat(gone.reason()).contains("n2 does not answer, so nothing can be checked");
        assertThat(ledger.debt(view, reporting(event, 1, 0, 0), NOW).checked()).isFalse();
    }

    @Test
    void aCensusThatWasGivenUpLeavesNothingChecked() {
        DebtLedger ledger = new DebtLedger();
        ClusterView view = view(3, 2, layout(3, 2));
        long event = ledger.event(view, reporting(0, 0, 0, 0));
        ledger.counted(new CensusReport(event, NOW.minusSeconds(2), 0, 0, List.of()));
        assertThat(ledger.debt(view, reporting(event, 1, 0, 0), NOW).checked()).isTrue();
        ledger.givenUp("n1: silent");
        Debt debt = ledger.debt(view, reporting(event, 1, 0, 0), NOW);
        assertThat(debt.checked()).isFalse();
        assertThat(debt.reason()).isEqualTo("the check of all files did not finish: n1: silent");
    }

    /** Two contents under one name: at least one of them is not what was saved. */
    @Test
    void aConflictIsNeverChecked() {
        DebtLedger ledger = new DebtLedger();
        ClusterView view = view(3, 2, layout(3, 2));
        long event = ledger.event(view, reporting(0, 0, 0, 0));
        ledger.counted(new CensusReport(event, NOW.minusSeconds(2), 0, 0, List.of()));
        List<ObservedNode> nodes = new ArrayList<>(reporting(event, 1, 0, 0));
        nodes.set(1, node(1, 0, 1 << 20, new RepairReport(1, event, 1, 3, 0, 0, 0, 0, 1, 0, true, "")));
        Debt debt = ledger.debt(view, nodes, NOW);
        assertThat(debt.conflicts()).isEqualTo(1);
        assertThat(debt.checked()).isFalse();
        assertThat(debt.reason()).contains("different bytes");
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
