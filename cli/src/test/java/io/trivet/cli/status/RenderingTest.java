package io.trivet.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.cli.CommandRun;
import io.trivet.cli.Samples;
import io.trivet.cli.files.StatCommand;
import io.trivet.cli.files.WhereTable;
import io.trivet.cli.progress.ResultLine;
import io.trivet.cli.remote.FakeClient;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.terminal.WatchedOutput;
import io.trivet.cli.text.DisplayWidth;
import io.trivet.cli.text.Format;
import io.trivet.cli.text.Language;
import io.trivet.cli.text.Text;
import io.trivet.client.ClusterNodes;
import io.trivet.client.ClusterStatus;
import io.trivet.client.ClusterStatus.NodeStatus;
import io.trivet.client.FilePlacement;
import io.trivet.client.FilePlacement.ChunkPlacement;
import io.trivet.client.LoadSummary;
import io.trivet.client.SaveSummary;
import io.trivet.model.Absence;
import io.trivet.model.Address;
import io.trivet.model.ChunkId;
import io.trivet.model.ClusterView;
import io.trivet.model.Debt;
import io.trivet.model.FileId;
import io.trivet.model.MissingChunk;
import io.trivet.model.NameEntry;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.model.ScrubReport;
import io.trivet.model.StorageReport;
import io.trivet.model.SweepSettings;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The output for people and scripts, letter by letter. */
final class RenderingTest {
    private static final RemotePath PATH = RemotePath.parse("/data.csv");
    private static final Duration TOOK = Duration.ofMillis(1900);

    private static List<String> where(FilePlacement placement) {
        List<String> lines = new ArrayList<>();
        new WhereTable(placement, Samples.chain(3, 2)).print(line -> lines.add(line.toString()));
        return lines;
    }

    @Test
    void whereIsTheTableOfTheOriginalSystem() {
        assertThat(where(Samples.placement(PATH, Samples.tenChunks(), Samples.chain(3, 2))))
                .containsExactly(
                        "/data.csv: 500 MiB, 10 chunks x 2 replicas, first slot 0",
                        "",
                        "chunk  slot    length  nodes",
                        "    1     0    50 MiB  n0 n1",
                        "    2     1    50 MiB  n1 n2",
                        "    3     2    50 MiB  n2 n0",
                        "    4     3    50 MiB  n0 n1",
                        "    5     4    50 MiB  n1 n2",
                        "    6     5    50 MiB  n2 n0",
                        "    7     6    50 MiB  n0 n1",
                        "    8     7    50 MiB  n1 n2",
                        "    9     8    50 MiB  n2 n0",
                        "   10     9    50 MiB  n0 n1",
                        "",
                        "n0 {1,3,4,6,7,9,10}",
                        "n1 {1,2,4,5,7,8,10}",
                        "n2 {2,3,5,6,8,9}",
                        "",
                        "every replica exists and is on its assigned node");
    }

    @Test
    void whereMarksWhatIsMissingAndWhatIsAway() {
        FilePlacement whole = Samples.placement(PATH, Samples.tenChunks(), Samples.chain(3, 2));
        List<ChunkPlacement> chunks = new ArrayList<>(whole.chunks());
        chunks.set(0, moved(chunks.get(0), new NodeId(1)));
        chunks.set(1, moved(chunks.get(1), new NodeId(1), new NodeId(0)));
        chunks.set(2, moved(chunks.get(2)));
        List<String> lines = where(new FilePlacement(PATH, whole.record(), 2, chunks));
        assertThat(lines)
                .contains(
                        "    1     0    50 MiB  n1  (n0 lacks it)",
                        "    2     1    50 MiB  n1 n0*  (n2 lacks it)",
                        "    3     2    50 MiB  none  (n2, n0 lack it)");
        assertThat(lines.getLast())
                .isEqualTo("3 replicas missing, 1 chunk on no node that answers, 1 replica at stand-ins (*)");
    }

    private static ChunkPlacement moved(ChunkPlacement chunk, NodeId... nodes) {
        return new ChunkPlacement(chunk.number(), chunk.slot(), chunk.length(), List.of(nodes));
    }

    @Test
    void whereAsJsonHasTheKeysOfTheContract() {
        String json = WhereTable.json(Samples.placement(PATH, Samples.tenChunks(), Samples.chain(3, 2)))
                .toString();
        assertThat(json)
                .startsWith(
                        "{\"path\":\"/data.csv\",\"size\":524288000,\"chunkSize\":52428800,\"replicas\":2,\"first\":0,"
                                + "\"chunks\":[{\"number\":1,\"slot\":0,\"length\":52428800,\"nodes\":[\"n0\",\"n1\"]},"
                                + "{\"number\":2,\"slot\":1,\"length\":52428800,\"nodes\":[\"n1\",\"n2\"]},")
                .endsWith("{\"number\":10,\"slot\":9,\"length\":52428800,\"nodes\":[\"n0\",\"n1\"]}]}");
    }

    @Test
    void statusShowsEveryNode() {
        assertThat(new StatusTable(Samples.status()).lines(false))
                .map(Text::toString)
                .containsExactly(
                        "3 nodes, 2 replicas, layout 1, leader n1",
                        "cluster 00000000-0000-0000-0000-00000000002a",
                        "",
                        "node  state  address         role         used      free",
                        "n0    up     127.0.0.1:7777  master    350 MiB    20 GiB",
                        "n1    full   127.0.0.1:7778  leader    300 MiB     1 GiB",
                        "n2    down   127.0.0.1:7779  master          ?         ?");
    }

    @Test
    void statusSaysWhoseClockIsWrong() {
        ClusterStatus three = Samples.status();
        List<NodeStatus> states = List.of(
                new NodeStatus(
                        new NodeId(0),
                        true,
                        true,
                        0,
                        9 << 20,
                        true,
                        ScrubReport.NONE,
                        StorageReport.NONE,
                        Duration.ofHours(25),
                        Optional.empty(),
                        Absence.NONE),
                new NodeStatus(
                        new NodeId(1),
                        true,
                        true,
                        0,
                        9 << 20,
                        true,
                        ScrubReport.NONE,
                        StorageReport.NONE,
                        Duration.ofSeconds(-90),
                        Optional.empty(),
                        Absence.NONE),
                new NodeStatus(new NodeId(2), true, 0, 9 << 20, true));
        StatusTable table = new StatusTable(new ClusterStatus(three.view(), three.leader(), states));
        assertThat(table.lines(false))
                .map(Text::toString)
                .contains(
                        "the clock of n0 is 25 h ahead of most nodes: correct it",
                        "the clock of n1 is 1 min 30 s behind most nodes: correct it")
                .noneMatch(line -> line.startsWith("the clock of n2"));
        assertThat(table.json().toString())
                .contains("\"clockAheadSeconds\":90000", "\"clockAheadSeconds\":-90", "\"clockAheadSeconds\":0");
    }

    /** One truth: what a node last said of itself is not shown as if it were so, in no table. */
    @Test
    void tablesAgreeOnNodesThatAreDownOrNotHeardOf() {
        ClusterStatus three = Samples.status();
        List<NodeStatus> states = List.of(
                new NodeStatus(new NodeId(0), true, 7 << 20, 9 << 20, true),
                new NodeStatus(new NodeId(1), false, 7 << 20, 9 << 20, true),
                new NodeStatus(new NodeId(2), true, false, 0, 0, true, ScrubReport.NONE));
        ClusterStatus status = new ClusterStatus(three.view(), three.leader(), states);
        FakeClient client = new FakeClient();
        client.nodes = new ClusterNodes(status, Samples.debt(), Map.of());
        for (String command : List.of("status", "nodes list", "df")) {
            CommandRun run = CommandRun.of(client, Path.of(""), command.split(" "));
            assertThat(run.out()
                            .lines()
                            .map(line -> line.replaceAll(" +", " "))
                            .filter(line -> line.matches("n\\d .*"))
                            .map(line ->
                                    line.contains("7 MiB") + " " + line.contains("?") + " " + line.contains("down")))
                    .as(command)
                    .containsExactly("true false false", "false true true", "false true false");
        }
        assertThat(new StatusTable(status).lines(false))
                .map(Text::toString)
                .contains("?: the leader has not heard from this node yet; try again in a few seconds");
        assertThat(new StatusTable(status).json().toString()).contains("\"state\":\"unknown\",\"usedBytes\":null");
    }

    /** Numbers of billions are how a restore outruns older plans; nobody should have to read them. */
    @Test
    void aLayoutOfARestoredNamespaceIsNamedAfterItsEpoch() {
        assertThat(Format.layout(7)).isEqualTo("7");
        assertThat(Format.layout(8_589_934_592L)).isEqualTo("2.0");
        assertThat(Format.layout(8_589_934_595L)).isEqualTo("2.3");
    }

    /**
     * With ports of five digits; the address of a server with a name may be longer, and is the last
     * thing in its row.
     */
    @ParameterizedTest
    @EnumSource
    void nodesFitIntoEightyColumnsWithAndWithoutZones(Language language) {
        for (String zone : List.of("", "room-one")) {
            List<String> rows =
                    nodes(zone).lines().stream().map(line -> line.in(language)).toList();
            assertThat(rows).allMatch(row -> DisplayWidth.of(row) <= 80);
            assertThat(rows.getLast()).contains("127.0.0.1:65535").contains(zone);
        }
    }

    @Test
    void onATerminalThatIsTooNarrowColumnsStayColumns() {
        for (int columns : new int[] {20, 60}) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            Console console = new Console(
                    InputStream.nullInputStream(),
                    new WatchedOutput(out),
                    new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                    Set.of(Console.Stream.OUT, Console.Stream.ERR),
                    columns,
                    Map.of(),
                    Path.of(""));
            console.table(nodes("").lines());
            console.out().text().flush();
            assertThat(out.toString(StandardCharsets.UTF_8).lines())
                    .hasSize(2)
                    .allMatch(row -> DisplayWidth.of(row) <= columns)
                    .last()
                    .matches(row -> row.startsWith("n0   up") && row.endsWith("…"));
        }
    }

    private static NodesTable nodes(String zone) {
        Node node = new Node(new NodeId(0), new Address("127.0.0.1", 65_535), 1, zone, 0, true);
        ClusterView three = Samples.status().view();
        ClusterView view = new ClusterView(
                three.cluster(), 9, 1, three.chunkSize(), 0, List.of(node), three.layouts(), three.sweepSettings());
        NodeStatus now = new NodeStatus(node.id(), true, 1023L << 20, 1023L << 30, true);
        return new NodesTable(new ClusterNodes(
                new ClusterStatus(view, Optional.of(node.id()), List.of(now)), Samples.debt(), Map.of()));
    }

    @Test
    void statusOfATrialSaysSo() {
        assertThat(new StatusTable(Samples.trial()).lines(false))
                .map(Text::toString)
                .contains(
                        "1 node, 1 replica, layout 1, no leader",
                        "there is no leader: nothing can be saved until a majority of the masters is up",
                        "1 replica: a trial on one node; add servers with `trivet token`");
    }

    @Test
    void statusAsJsonHasTheKeysOfTheContract() {
        assertThat(new StatusTable(Samples.status()).json())
                .hasToString("{\"nodes\":["
                        + "{\"id\":0,\"name\":\"n0\",\"address\":\"127.0.0.1:7777\",\"state\":\"up\",\"usedBytes\":367001600,\"freeBytes\":21474836480,"
                        + "\"clockAheadSeconds\":0,\"scrub\":{\"chunks\":0,\"bytes\":0,\"bad\":0,\"lastComplete\":null},\"awaySeconds\":null,\"outlook\":null,\"takenOverInSeconds\":null,\"votes\":null,\"seatTrouble\":null},"
                        + "{\"id\":1,\"name\":\"n1\",\"address\":\"127.0.0.1:7778\",\"state\":\"full\",\"usedBytes\":314572800,\"freeBytes\":1073741824,"
                        + "\"clockAheadSeconds\":0,\"scrub\":{\"chunks\":0,\"bytes\":0,\"bad\":0,\"lastComplete\":null},\"awaySeconds\":null,\"outlook\":null,\"takenOverInSeconds\":null,\"votes\":true,\"seatTrouble\":null},"
                        + "{\"id\":2,\"name\":\"n2\",\"address\":\"127.0.0.1:7779\",\"state\":\"down\",\"usedBytes\":null,\"freeBytes\":null,"
                        + "\"clockAheadSeconds\":null,\"scrub\":null,\"awaySeconds\":null,\"outlook\":null,\"takenOverInSeconds\":null,\"votes\":false,\"seatTrouble\":null}],"
                        + "\"leader\":\"n1\",\"masters\":[\"n0\",\"n1\",\"n2\"],\"voting\":[\"n1\"],\"layoutVersion\":1,\"replicas\":2,"
                        + "\"cluster\":\"00000000-0000-0000-0000-00000000002a\",\"chunkSize\":52428800,"
                        + "\"epoch\":1,\"sweeping\":true,\"graceSeconds\":3600}");
    }

    @Test
    void statusShowsWhatScrubsFoundAndThatSweepingIsOff() {
        ClusterStatus usual = Samples.status();
        ClusterView view = usual.view();
        ClusterStatus.NodeStatus node = usual.nodes().getFirst();
        ClusterStatus status = new ClusterStatus(
                new ClusterView(
                        view.cluster(),
                        view.version(),
                        view.epoch(),
                        view.chunkSize(),
                        view.replicasWanted(),
                        view.nodes(),
                        view.layouts(),
                        new SweepSettings(false, SweepSettings.USUAL_GRACE)),
                usual.leader(),
                List.of(new ClusterStatus.NodeStatus(
                        node.node(), true, 1, 2, true, new ScrubReport(12, 3 << 20, 1, 1_000_000_000_000L))));
        assertThat(new StatusTable(status).lines(true))
                .map(Text::toString)
                .contains(
                        "scrub n0: 12 chunks, 3 MiB read, 1 bad, last complete round 2001-09-09T01:46:40Z",
                        "sweeping is off: removed files still use space; run `trivet namespace sweeping on` when all expected names are present");
        assertThat(new StatusTable(status).json().toString())
                .contains(
                        "\"scrub\":{\"chunks\":12,\"bytes\":3145728,\"bad\":1,\"lastComplete\":\"2001-09-09T01:46:40Z\"}");
    }

    @Test
    void statAsJsonHasTheKeysOfTheContract() {
        assertThat(StatCommand.json(PATH, new NameEntry.File("data.csv", Samples.tenChunks(), 52)))
                .hasToString(
                        "{\"path\":\"/data.csv\",\"type\":\"file\",\"size\":524288000,\"chunkSize\":52428800,\"chunkCount\":10,"
                                + "\"first\":0,\"crc32c\":\"1a2b3c4d\",\"hash\":null,"
                                + "\"modified\":\"2026-11-22T10:15:30.123Z\",\"owner\":\"ada\","
                                + "\"mode\":\"0640\",\"id\":\"00000001-000000000000002a\",\"storedBytes\":52}");
    }

    @Test
    void statIsReadByPeople() {
        assertThat(StatCommand.text(PATH, new NameEntry.File("data.csv", Samples.tenChunks(), 52)))
                .map(Text::toString)
                .containsExactly(
                        "/data.csv",
                        "  size      500 MiB (524288000 bytes)",
                        "  chunks    10 of up to 50 MiB, the first in slot 0",
                        "  crc32c    1a2b3c4d",
                        "  content   no sha256: it was saved by an earlier release",
                        "  modified  2026-11-22T10:15:30.123Z",
                        "  owner     ada, mode 0640",
                        "  id        00000001-000000000000002a",
                        "  record    52 bytes in the namespace");
    }

    @Test
    void aSaveEndsWithOneLine() {
        Set<NodeId> nodes = Set.of(new NodeId(0), new NodeId(1), new NodeId(2));
        assertThat(ResultLine.saved(PATH, new SaveSummary(Samples.tenChunks(), 2, nodes, TOOK)))
                .hasToString(
                        "saved /data.csv: 500 MiB in 1.9 s (263 MiB/s), 10 chunks x 2 replicas on 3 nodes, crc32c 1a2b3c4d");
    }

    @Test
    void oneReplicaSaysWhatThatMeans() {
        assertThat(ResultLine.saved(PATH, new SaveSummary(Samples.tenChunks(), 1, Set.of(new NodeId(0)), TOOK)))
                .hasToString(
                        "saved /data.csv: 500 MiB in 1.9 s (263 MiB/s), 10 chunks x 1 replica: a trial on one node, crc32c 1a2b3c4d");
        assertThat(ResultLine.spread(1, 3)).hasToString("1 replica on 3 nodes (no second copy)");
    }

    @Test
    void aLoadEndsWithOneLine() {
        assertThat(ResultLine.loaded(PATH, new LoadSummary(Samples.tenChunks(), TOOK), 3, "./data.csv"))
                .hasToString(
                        "loaded /data.csv: 500 MiB in 1.9 s (263 MiB/s), 10 chunks from 3 nodes, crc32c 1a2b3c4d, now in ./data.csv");
    }

    /** Zero is only said to be zero when it was checked. */
    @Test
    void debtSaysHowItIsKnown() {
        assertThat(new DebtReport(Samples.debt()).lines())
                .map(Text::toString)
                .containsExactly(
                        "at least 3 replicas owed (150 MiB, the oldest for 34 s, about 15 s to go): not checked yet, n2 does not answer, so nothing can be checked",
                        "1 replica held for other nodes, still to be handed back");
        Debt none = new Debt(0, 0, 0, 0, 0, 0, true, Instant.parse("2026-11-22T23:50:01.5Z"), "", 0, List.of());
        assertThat(new DebtReport(none).lines())
                .map(Text::toString)
                .containsExactly("0 replicas owed: checked, as of 2026-11-22T23:50:01Z");
        Debt young = new Debt(1, 10, 0, 0, 0, 0, true, Instant.EPOCH, "", 0, List.of());
        assertThat(new DebtReport(young).lines().getFirst().toString())
                .contains("(10 bytes, the oldest for less than a second)");
        MissingChunk gone = new MissingChunk(RemotePath.parse("/a/b"), new ChunkId(new FileId(1, 2), 3));
        Debt lost = new Debt(2, 10, 0, 0, 0, 0, true, Instant.EPOCH, "", 2, List.of(gone));
        assertThat(new DebtReport(lost).lines()).map(Text::toString).contains("  /a/b, chunk 3", "  and 1 more");
        assertThat(new DebtReport(lost).json().toString())
                .contains("\"missing\":2")
                .contains("\"missingChunks\":[{\"path\":\"/a/b\",\"part\":3,");
        assertThat(new DebtReport(none).json().toString())
                .isEqualTo(
                        "{\"owed\":0,\"oldestSeconds\":0,\"bytes\":0,\"bytesPerSecond\":0,\"etaSeconds\":0,\"checked\":true,"
                                + "\"asOf\":\"2026-11-22T23:50:01.500Z\",\"reason\":\"\",\"toHandBack\":0,\"conflicts\":0,\"missing\":0,\"missingChunks\":[]}");
    }
}
