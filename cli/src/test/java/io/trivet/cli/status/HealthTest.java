package io.trivet.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.cli.CommandRun;
import io.trivet.cli.Samples;
import io.trivet.cli.remote.FakeClient;
import io.trivet.client.ClusterNodes;
import io.trivet.client.ClusterStatus;
import io.trivet.client.ClusterStatus.NodeStatus;
import io.trivet.model.Absence;
import io.trivet.model.Address;
import io.trivet.model.AdminState;
import io.trivet.model.ClusterView;
import io.trivet.model.Debt;
import io.trivet.model.Layout;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.NodeShare;
import io.trivet.model.RepairReport;
import io.trivet.model.ScrubReport;
import io.trivet.model.SeatReport;
import io.trivet.model.StorageReport;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** One line and an exit code, whatever the state of the cluster. */
class HealthTest {
    private static final Debt CLEAR =
            new Debt(0, 0, 0, 0, 0, 0, true, Instant.parse("2026-11-22T23:50:01.5Z"), "", 0, List.of());
    private static final SeatReport SEAT = new SeatReport(SeatReport.Standing.HELD, 1);

    private final FakeClient client = new FakeClient();

    private static NodeStatus node(int number, StorageReport.State state, boolean accepts) {
        return new NodeStatus(
                new NodeId(number),
                true,
                true,
                0,
                1 << 30,
                accepts,
                ScrubReport.NONE,
                new StorageReport(state, ""),
                Duration.ZERO,
                Optional.of(SEAT),
                Absence.NONE);
    }

    private static NodeStatus up(int number) {
        return node(number, StorageReport.State.WRITABLE, true);
    }

    private static NodeStatus down(int number, boolean heard, Absence absence) {
        return new NodeStatus(
                new NodeId(number),
                false,
                heard,
                0,
                0,
                true,
                ScrubReport.NONE,
                StorageReport.NONE,
                Duration.ZERO,
                Optional.empty(),
                absence);
    }

    private static Absence away(long seconds, Absence.Outlook outlook, long dueIn) {
        return new Absence(Duration.ofSeconds(seconds), outlook, Duration.ofSeconds(dueIn));
    }

    private CommandRun run(Debt debt, NodeStatus first, NodeStatus second, NodeStatus third, String... command) {
        ClusterStatus three = Samples.status();
        client.nodes = new ClusterNodes(
                new ClusterStatus(three.view(), three.leader(), List.of(first, second, third)), debt, Map.of());
        return CommandRun.of(client, Path.of(""), command);
    }

    /** As {@link #run}, with the nodes and the layouts of {@code view} in place of the sample's. */
    private CommandRun health(List<Node> nodes, Layout layout, NodeStatus... now) {
        ClusterView three = Samples.status().view();
        ClusterView view = new ClusterView(
                three.cluster(),
                three.version(),
                three.epoch(),
                three.chunkSize(),
                three.replicasWanted(),
                nodes,
                List.of(layout),
                three.sweepSettings());
        client.nodes =
                new ClusterNodes(new ClusterStatus(view, Optional.of(new NodeId(1)), List.of(now)), CLEAR, Map.of());
        return CommandRun.of(client, Path.of(""), "health");
    }

    private static NodeStatus off(int number) {
        return down(number, true, away(9, Absence.Outlook.NONE, 0));
    }

    /** A drained node may be switched off, once no layout and no seat needs it. */
    @Test
    void aNodeThatIsNoLongerNeededMayBeDown() {
        List<Node> nodes = new ArrayList<>(Samples.status().view().nodes());
        Node drained = new Node(new NodeId(3), new Address("127.0.0.1", 7780), 1, "", 0, false)
                .withPart(NodeShare.USUAL.withStanding(AdminState.DRAINED));
        nodes.add(drained);
        assertThat(health(nodes, Samples.chain(3, 2), up(0), up(1), up(2), off(3))
                        .out())
                .startsWith("ok: ");
        assertThat(health(nodes, Samples.chain(4, 2), up(0), up(1), up(2), off(3))
                        .out())
                .startsWith("degraded: n3 has been down for 9 s");
        nodes.set(3, drained.withMaster(true));
        assertThat(health(nodes, Samples.chain(3, 2), up(0), up(1), up(2), off(3))
                        .out())
                .startsWith("degraded: n3 has been down for 9 s");
    }

    @Test
    void fewerMastersThanAreWantedIsNotWell() {
        List<Node> nodes = new ArrayList<>(Samples.status().view().nodes());
        nodes.set(2, nodes.get(2).withMaster(false));
        assertThat(health(nodes, Samples.chain(3, 2), up(0), up(1), up(2)).out())
                .contains("only 2 masters of 3: `trivet masters` shows them");
    }

    @Test
    void allIsWell() {
        CommandRun run = run(CLEAR, up(0), up(1), up(2), "health");
        assertThat(run.out())
                .isEqualTo("ok: 3 nodes up, every chunk is on 2 nodes, checked as of 2026-11-22T23:50:01Z\n");
        assertThat(run.code()).isZero();
    }

    @Test
    void aNodeThatIsDownIsNamedWithTheTimesThatMatter() {
        CommandRun run = run(CLEAR, up(0), up(1), down(2, true, away(250, Absence.Outlook.DUE, 350)), "health");
        assertThat(run.out())
                .startsWith(
                        "degraded: n2 has been down for 4 min 10 s; other nodes take over its chunks in 5 min 50 s; ");
        assertThat(run.code()).isEqualTo(1);
    }

    /** A leader that was just elected cannot know for how long a node was silent before. */
    @Test
    void whatANewLeaderDoesNotKnowIsNotClaimed() {
        assertThat(run(CLEAR, up(0), up(1), down(2, false, away(9, Absence.Outlook.TOO_FEW_NODES, 0)), "health")
                        .out())
                .startsWith(
                        "degraded: n2 has been down for at least 9 s; no other node is there to take over its chunks: ");
    }

    @Test
    void whatIsOwedOrUncheckedIsNotWell() {
        CommandRun run = run(Samples.debt(), up(0), up(1), up(2), "health");
        assertThat(run.out()).startsWith("degraded: at least 3 replicas owed (150 MiB, ");
        assertThat(run.code()).isEqualTo(1);
    }

    /** The leader may end between the two questions. */
    @Test
    void whatIsNotKnownIsNotWell() {
        client.noDebt = true;
        CommandRun run = run(CLEAR, up(0), up(1), up(2), "health");
        assertThat(run.out()).isEqualTo("degraded: the leader did not answer how many replicas are owed\n");
        assertThat(run.code()).isEqualTo(1);
    }

    @Test
    void fullReadOnlyAndFailedNodesAreNamed() {
        assertThat(run(CLEAR, up(0), up(1), node(2, StorageReport.State.FULL, false), "health")
                        .out())
                .isEqualTo("degraded: n2 is full\n");
        assertThat(run(CLEAR, up(0), up(1), node(2, StorageReport.State.WRITABLE, false), "health")
                        .out())
                .isEqualTo("degraded: n2 is full\n");
        assertThat(run(CLEAR, up(0), up(1), node(2, StorageReport.State.READ_ONLY, false), "health")
                        .out())
                .isEqualTo("degraded: the disks of n2 can only be read\n");
        assertThat(run(CLEAR, up(0), up(1), node(2, StorageReport.State.FAILED, false), "health")
                        .out())
                .isEqualTo("degraded: n2 has no working disk\n");
    }

    @Test
    void whereNothingCanBeSavedItFails() {
        NodeStatus full = node(1, StorageReport.State.FULL, false);
        CommandRun run = run(CLEAR, up(0), full, down(2, true, away(9, Absence.Outlook.DUE, 1)), "health");
        assertThat(run.out())
                .isEqualTo("failing: only 1 of 3 nodes accept data and 2 are needed: nothing can be saved\n");
        assertThat(run.code()).isEqualTo(2);
    }

    @Test
    void whereAFileCannotBeLoadedItFails() {
        Debt missing = new Debt(2, 10, 0, 0, 0, 0, true, Instant.EPOCH, "", 1, List.of());
        CommandRun run = run(missing, up(0), up(1), up(2), "health");
        assertThat(run.out()).startsWith("failing: 1 chunk on no node");
        assertThat(run.code()).isEqualTo(2);
    }

    @Test
    void withoutALeaderItFails() {
        ClusterStatus three = Samples.status();
        client.nodes = new ClusterNodes(
                new ClusterStatus(three.view(), Optional.empty(), List.of(up(0), up(1), up(2))), CLEAR, Map.of());
        CommandRun run = CommandRun.of(client, Path.of(""), "health", "--json");
        assertThat(run.out())
                .isEqualTo("{\"health\":\"failing\",\"reasons\":[\"there is no leader: nothing can be saved until a"
                        + " majority of the masters is up\"]}\n");
        assertThat(run.code()).isEqualTo(2);
    }

    @Test
    void statusTellsAllThatHealthJudgedBy() {
        CommandRun run =
                run(CLEAR, up(0), up(1), down(2, true, away(250, Absence.Outlook.DUE, 350)), "status", "--json");
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains(
                        "\"awaySeconds\":250,\"outlook\":\"due\",\"takenOverInSeconds\":350",
                        "\"awaySeconds\":null,\"outlook\":null",
                        "\"debt\":{\"owed\":0,",
                        "\"health\":\"degraded\",\"reasons\":[\"n2 has been down for 4 min 10 s; ");
        assertThat(run(CLEAR, up(0), up(1), down(2, true, away(30, Absence.Outlook.TOO_MANY_AWAY, 0)), "status")
                        .out())
                .contains("n2 has been down for 30 s; half of the nodes are away, so nothing is moved");
    }

    @Test
    void debtSaysWhichNodeOwesAndWhy() {
        ClusterStatus three = Samples.status();
        RepairReport owing = new RepairReport(1, 1, 1, 0, 6, 300 << 20, 9, 0, 0, 0, true, "");
        client.nodes = new ClusterNodes(
                new ClusterStatus(
                        three.view(), three.leader(), List.of(up(0), up(1), node(2, StorageReport.State.FULL, false))),
                Samples.debt(),
                Map.of(new NodeId(2), owing));
        CommandRun run = CommandRun.of(client, Path.of(""), "debt");
        assertThat(run.out()).contains("\n  n2 has 6 replicas to make (300 MiB): its disks are full\n");
        assertThat(CommandRun.of(client, Path.of(""), "debt", "--json").out())
                .contains(
                        "\"nodes\":[{\"node\":\"n2\",\"owed\":6,\"bytes\":314572800,\"reason\":\"its disks are full\"}]");
    }
}
