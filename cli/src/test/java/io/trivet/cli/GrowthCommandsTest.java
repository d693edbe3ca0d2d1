package io.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.cli.layout.LayoutWatch;
import io.trivet.cli.remote.FakeClient;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.terminal.WatchedOutput;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ExitCode;
import io.trivet.client.ClusterNodes;
import io.trivet.client.ClusterStatus;
import io.trivet.client.ClusterStatus.NodeStatus;
import io.trivet.model.Address;
import io.trivet.model.AdminState;
import io.trivet.model.ClusterView;
import io.trivet.model.Command;
import io.trivet.model.Debt;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.NodeShare;
import io.trivet.model.RebalanceSettings;
import io.trivet.model.RemotePath;
import io.trivet.model.RepairReport;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Plan, show, ask, apply; on a cluster in memory of n0 to n2 in the layout and n3 beside it. */
final class GrowthCommandsTest {
    private static final Path HERE = Path.of("");
    private static final NodeId N3 = new NodeId(3);

    private final FakeClient client = new FakeClient();

    private CommandRun run(String line) {
        return CommandRun.of(client, HERE, line.split(" "));
    }

    private static ClusterNodes with(AdminState adminState, boolean up, boolean empty, boolean master) {
        ClusterStatus three = Samples.status();
        List<Node> nodes = new ArrayList<>(three.view().nodes());
        nodes.add(new Node(
                N3, new Address("127.0.0.1", 7780), 1, "", 0, master, NodeShare.USUAL.withStanding(adminState)));
        ClusterView view = new ClusterView(
                three.view().cluster(),
                10,
                1,
                three.view().chunkSize(),
                0,
                nodes,
                three.view().layouts(),
                three.view().sweepSettings(),
                new RebalanceSettings(false, 0, false),
                null);
        List<NodeStatus> states = Stream.concat(
                        Stream.of(0, 1, 2).map(k -> new NodeStatus(new NodeId(k), true, 1L << 30, 1L << 40, true)),
                        Stream.of(new NodeStatus(N3, up, 0, 1L << 40, true)))
                .toList();
        Debt debt = new Debt(0, 0, 0, 0, 0, 0, true, Instant.EPOCH, "", 0, List.of());
        RepairReport report = new RepairReport(1, 1, 1, 0, 0, 0, 0, empty ? 0 : 5, 0, 0, true, "");
        return new ClusterNodes(new ClusterStatus(view, Optional.of(new NodeId(0)), states), debt, Map.of(N3, report));
    }

    @Test
    void aPlanIsShownAndNotAppliedUnlessItIsConfirmed() {
        client.nodes = with(AdminState.WAITING, true, true, false);
        CommandRun shown = run("rebalance");
        assertThat(shown.code()).isZero();
        assertThat(shown.out())
                .contains(
                        "layout 1 -> 2, 2 replicas: 1260 chunks (1.23 GiB) move, taking about 6.3 s at 200 MiB/s per node (1260 replicas of slots)")
                .contains("n3             0    1260  1.23 GiB")
                .contains("not applied: --yes applies it");
        assertThat(client.applied).isEmpty();
        assertThat(run("rebalance --yes").out()).contains("layout 2 is in effect");
        assertThat(client.applied).hasSize(1);
    }

    /** In a pipe as well: a change of a large cluster takes hours. */
    @Test
    void aPlanIsReadBeforeItIsApplied() {
        for (String line : List.of("rebalance --yes", "nodes weight n0 2 --yes", "nodes drain n0 --yes --no-wait")) {
            client.nodes = with(AdminState.WAITING, true, true, false);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            List<String> readBefore = new ArrayList<>();
            client.beforeApply = () -> readBefore.add(out.toString(StandardCharsets.UTF_8));
            Console console = new Console(
                    new ByteArrayInputStream(new byte[0]),
                    new WatchedOutput(out),
                    new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                    Set.of(),
                    80,
                    Map.of(),
                    HERE);
            int code = Program.meantBy(console, (_, use) -> use.with(client.remote()), line.split(" "))
                    .run(line.split(" "));
            assertThat(code).as(line).isZero();
            assertThat(readBefore).singleElement().asString().as(line).startsWith("layout 1 -> 2");
        }
    }

    @Test
    void asJsonThePlanSaysWhetherItWasApplied() {
        client.nodes = with(AdminState.WAITING, true, true, false);
        assertThat(run("rebalance --json").out())
                .contains("\"slots\":1260,\"chunks\":1260")
                .contains("{\"name\":\"n3\",\"slotsNow\":0,\"slotsThen\":1260,\"slotsIn\":1260")
                .endsWith("\"applied\":false}\n");
        assertThat(run("rebalance --yes --json").out())
                .endsWith("\"applied\":true}\n")
                .hasLineCount(1);
    }

    @Test
    void whereNothingMovesNothingIsApplied() {
        client.nodes = with(AdminState.DRAINED, true, true, false);
        assertThat(run("rebalance --yes").out()).contains("nothing to do");
        assertThat(client.applied).isEmpty();
    }

    @Test
    void theListSaysWhatANodeIsAndWhatToDo() {
        client.nodes = with(AdminState.WAITING, true, true, false);
        assertThat(run("nodes list").out())
                .contains("n3   up    new")
                .contains("n3 stores no data yet: run `trivet rebalance`");
        assertThat(run("nodes list --json").out())
                .contains("\"rebalanceProposed\":true")
                .doesNotContain("homes");
        assertThat(run("nodes list --json --slots").out()).contains("\"homes\":[[\"n", "\"before\":");
        assertThat(run("nodes list --slots").code()).isEqualTo(ExitCode.WRONG_USAGE);
        client.nodes = with(AdminState.DRAINED, true, false, false);
        assertThat(run("nodes list").out())
                .contains("n3   up    draining")
                .contains("5 replicas left; keep it running");
        client.nodes = with(AdminState.DRAINED, true, true, true);
        assertThat(run("nodes list").out()).contains("no other node is there to take over its seat");
        client.nodes = with(AdminState.DRAINED, true, true, false);
        assertThat(run("nodes list").out()).contains("n3 is empty and may be switched off");
        assertThat(run("nodes list --json").out()).contains("\"empty\":true,\"maySwitchOff\":true");
    }

    @Test
    void aNodeThatIsUpIsRemovedOnlyWhenItIsEmpty() {
        client.nodes = with(AdminState.DRAINED, true, false, false);
        assertThat(run("nodes remove n3 --yes").err())
                .contains("n3 is up and not empty: `trivet nodes drain n3` first");
        assertThat(run("nodes remove n0 --yes").code()).isEqualTo(1);
        assertThat(client.applied).isEmpty();
        client.nodes = with(AdminState.DRAINED, true, true, false);
        assertThat(run("nodes remove n3 --yes").code()).isZero();
        assertThat(client.applied).hasSize(1);
    }

    @Test
    void theLastReplicaOfAnythingIsNotRemovedUnseen() {
        client.nodes = with(AdminState.IN, false, false, false);
        client.only.add(RemotePath.parse("/only/there"));
        CommandRun refused = run("nodes remove n3 --yes");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("/only/there").contains("the last replica of chunks of 1 file");
        assertThat(client.applied).isEmpty();
        assertThat(run("nodes remove n3 --yes --accept-loss").code()).isZero();
        assertThat(client.applied).hasSize(1);
    }

    @Test
    void replicasWithoutANumberShowWhatIsInForce() {
        CommandRun run = run("replicas");
        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("2 replicas of every chunk\n").contains("at least 3 replicas owed");
        assertThat(run("replicas --json").out()).startsWith("{\"replicas\":2,\"layoutVersion\":1,");
        assertThat(run("replicas --yes").code()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(client.applied).isEmpty();
    }

    @Test
    void fewerReplicasSayHowMuchIsDropped() {
        client.nodes = with(AdminState.WAITING, true, true, false);
        assertThat(run("replicas 1").out())
                .contains(
                        "2520 replicas (2.46 GiB) are surplus and will be deleted, each after the other replicas of its chunk");
        assertThat(run("replicas 1 --json").out()).contains("\"replicasDropped\":2520,\"bytesDropped\":2642411520");
        assertThat(run("replicas 3").out()).doesNotContain("surplus");
    }

    /** A terminal sees a bar that is drawn again and again, a log lines; both end when all is done. */
    @Test
    void aWatchDrawsABarOnATerminalAndLinesElsewhere() {
        String lines = watched(Set.of());
        assertThat(lines).contains("3 replicas owed (150 MiB)").doesNotContain("\r");
        assertThat(watched(Set.of(Console.Stream.ERR)))
                .contains("layout 1: 3 owed")
                .endsWith("\r\u001b[K");
    }

    private String watched(Set<Console.Stream> terminals) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                new ByteArrayInputStream(new byte[0]),
                new WatchedOutput(OutputStream.nullOutputStream()),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                terminals,
                80,
                Map.of(),
                HERE);
        Debt none = new Debt(0, 0, 0, 0, 0, 0, true, Instant.EPOCH, "", 0, List.of());
        client.nodes = new ClusterNodes(Samples.status(), Samples.debt(), Map.of());
        Thread other = Thread.ofPlatform().start(() -> {
            LockSupport.parkNanos(500_000_000L);
            client.nodes = new ClusterNodes(Samples.status(), none, Map.of());
        });
        try {
            assertThat(new LayoutWatch(console, client).await(1, null)).isTrue();
            other.join();
        } catch (CommandFailure | InterruptedException e) {
            throw new AssertionError(e);
        }
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void pauseResumeRateAndAutomaticAreOneCommandEach() {
        run("rebalance pause");
        run("rebalance resume");
        run("rebalance --rate 50M");
        run("rebalance automatic on");
        assertThat(client.applied)
                .containsExactly(
                        new Command.SetRebalancing(true, -1, null),
                        new Command.SetRebalancing(false, -1, null),
                        new Command.SetRebalancing(null, 50L << 20, null),
                        new Command.SetRebalancing(null, -1, true));
    }

    @Test
    void weightsAndZonesOfSeveralNodesAreOneChange() {
        client.nodes = with(AdminState.WAITING, true, true, false);
        assertThat(run("nodes zone n0 a n1 b n2 c --later --yes").out())
                .contains("saved; nothing moves before the next `trivet rebalance`");
        assertThat(((Command.Rearrange) client.applied.getFirst()).changes())
                .extracting(Command.Change::zone)
                .containsExactly("a", "b", "c");
        assertThat(run("nodes weight n3 1.5 --yes").out())
                .contains(
                        "saved; nothing moves: n3 stores no data yet, so it counts from the next `trivet rebalance` on");
        assertThat(run("nodes weight n0 1.5 --yes").code()).isZero();
        assertThat(((Command.Rearrange) client.applied.getLast()).changes())
                .containsExactly(new Command.Change(new NodeId(0), AdminState.IN, 150, ""));
    }
}
