package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.client.FilePlacement;
import io.trivet.client.Progress;
import io.trivet.client.RemoteInput;
import io.trivet.client.RemoteOutput;
import io.trivet.client.TrivetClient;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.FileId;
import io.trivet.model.NameEntry;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Sha256;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.wire.BlockSums;
import io.trivet.wire.Connection;
import io.trivet.wire.Connector;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Saves and loads on three real nodes, with chunks of 256 KiB so that small files have many. */
class SaveAndLoadTest {
    private static final int CHUNK = 256 << 10;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir
    static Path base;

    private static LocalCluster cluster;
    private static TrivetClient client;

    @BeforeAll
    static void start() throws IOException {
        cluster = LocalCluster.inFiles(base.resolve("cluster"), 3, new ChunkSize(CHUNK));
        client = cluster.client();
    }

    @AfterAll
    static void stop() {
        client.close();
        cluster.close();
    }

    private static Path source(String name, int size) throws IOException {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return Files.write(base.resolve(name), bytes);
    }

    private static RemotePath path(String text) {
        return RemotePath.parse(text);
    }

    private static void loadsIdentically(RemotePath remote, Path source) {
        Path target = base.resolve("loaded");
        client.load(remote, target, Progress.NONE);
        try {
            assertThat(Files.mismatch(source, target)).isEqualTo(-1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, CHUNK - 1, CHUNK, CHUNK + 1, 10 * CHUNK, 10 * CHUNK + 77})
    void whatIsSavedIsLoadedIdentically(int size) throws IOException {
        Path source = source("size-" + size, size);
        RemotePath remote = path("/sizes/" + size);
        var saved = client.save(source, remote, Progress.NONE);
        assertThat(saved.replicas()).isEqualTo(size == 0 ? 0 : 2);
        assertThat(saved.record().size()).isEqualTo(size);
        loadsIdentically(remote, source);
        for (FilePlacement.ChunkPlacement chunk :
                client.replicas().where(remote).chunks()) {
            assertThat(chunk.nodes()).hasSize(2);
        }
    }

    /** The table of the original three servers: i mod 3 names the nodes of chunk i. */
    @Test
    void aFileOfManyChunksLiesWhereTheRuleSays() throws IOException {
        RemotePath remote = path("/table");
        client.save(source("table", 10 * CHUNK), remote, Progress.NONE);
        FilePlacement where = client.replicas().where(remote);
        assertThat(where.record().first().number() % 3).isZero();
        TreeMap<NodeId, TreeSet<Integer>> held = new TreeMap<>();
        where.chunks()
                .forEach(chunk -> chunk.nodes()
                        .forEach(node ->
                                held.computeIfAbsent(node, _ -> new TreeSet<>()).add(chunk.number())));
        assertThat(held)
                .containsEntry(new NodeId(0), new TreeSet<>(List.of(1, 3, 4, 6, 7, 9, 10)))
                .containsEntry(new NodeId(1), new TreeSet<>(List.of(1, 2, 4, 5, 7, 8, 10)))
                .containsEntry(new NodeId(2), new TreeSet<>(List.of(2, 3, 5, 6, 8, 9)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 5 * CHUNK + 9})
    void aStreamOfUnknownLengthIsSavedAndLoaded(int size) throws IOException {
        Path source = source("stream-" + size, size);
        RemotePath remote = path("/streams/" + size);
        client.save(new ByteArrayInputStream(Files.readAllBytes(source)), remote, Progress.NONE);
        ByteArrayOutputStream loaded = new ByteArrayOutputStream();
        client.load(remote, loaded, Progress.NONE);
        assertThat(loaded.toByteArray()).isEqualTo(Files.readAllBytes(source));
    }

    @Test
    void aStreamThatIsNotCommittedIsNeverSeen() throws IOException {
        try (RemoteOutput output = client.create(path("/never"))) {
            output.write(new byte[3 * CHUNK]);
            output.abort();
        }
        assertThatThrownBy(() -> client.stat(path("/never"))).hasMessageContaining("no such file");
    }

    /** The usual try-with-resources of a stream must not look like success. */
    @Test
    void aStreamThatIsClosedWithoutACommitSaysThatNothingWasSaved() {
        assertThatThrownBy(() -> {
                    try (RemoteOutput output = client.create(path("/forgotten"))) {
                        output.write(1);
                    }
                })
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/forgotten: nothing was saved")
                .hasMessageContaining("commit()");
        assertThatThrownBy(() -> client.stat(path("/forgotten"))).hasMessageContaining("no such file");
    }

    @Test
    void anExceptionOfTheWriterIsNotHiddenByTheStream() {
        assertThatThrownBy(() -> {
                    try (RemoteOutput output = client.create(path("/broken"))) {
                        output.write(1);
                        throw new IllegalStateException("of the writer");
                    }
                })
                .hasMessage("of the writer");
        assertThatThrownBy(() -> client.stat(path("/broken"))).hasMessageContaining("no such file");
    }

    @Test
    void aReaderSeeksAndReadsAnyRange() throws IOException {
        int size = 5 * CHUNK + 12_345;
        Path source = source("ranges", size);
        byte[] bytes = Files.readAllBytes(source);
        client.save(source, path("/ranges"), Progress.NONE);
        Random random = new Random(7);
        try (RemoteInput input = client.open(path("/ranges"))) {
            for (int round = 0; round < 40; round++) {
                int from = random.nextInt(size);
                ByteBuffer buffer = ByteBuffer.allocate(Math.min(size - from, 1 + random.nextInt(400_000)));
                input.position(from);
                while (buffer.hasRemaining()) {
                    assertThat(input.read(buffer)).isPositive();
                }
                assertThat(buffer.array())
                        .isEqualTo(java.util.Arrays.copyOfRange(bytes, from, from + buffer.capacity()));
            }
            assertThat(input.position(size).read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @Test
    void savingOverAFileReplacesItAndReadersOfTheOldContentFinish() throws IOException {
        Path old = source("old", 3 * CHUNK);
        Path replacement = source("new", 2 * CHUNK + 5);
        RemotePath remote = path("/replaced");
        client.save(old, remote, Progress.NONE);
        try (RemoteInput input = client.open(remote)) {
            client.save(replacement, remote, Progress.NONE);
            ByteBuffer all = ByteBuffer.allocate(3 * CHUNK);
            while (all.hasRemaining()) {
                input.read(all);
            }
            assertThat(all.array()).isEqualTo(Files.readAllBytes(old));
        }
        loadsIdentically(remote, replacement);
    }

    @Test
    void namesAreMadeListedRenamedAndRemoved() throws IOException {
        Path source = source("named", 10);
        client.makeDirectory(path("/names/deep/er"));
        client.save(source, path("/names/文件"), Progress.NONE);
        client.save(source, path("/names/with space"), Progress.NONE);
        client.rename(path("/names/with space"), path("/names/deep/moved"));
        assertThat(client.list(path("/names"))).extracting(NameEntry::name).containsExactly("deep", "文件");
        assertThat(client.list(path("/names/deep"))).extracting(NameEntry::name).containsExactly("er", "moved");
        assertThatThrownBy(() -> client.remove(path("/names"), false)).hasMessageContaining("not empty");
        client.remove(path("/names"), true);
        assertThatThrownBy(() -> client.stat(path("/names"))).hasMessageContaining("no such file");
    }

    @Test
    void aSourceThatGrowsWhileItIsSavedIsAnError() throws IOException {
        Path source = source("growing", 8 * CHUNK);
        boolean[] grown = {false};
        Progress grow = new Progress() {
            @Override
            public void started(long totalBytes) {}

            @Override
            public synchronized void moved(NodeId node, long bytes) {
                if (!grown[0]) {
                    grown[0] = true;
                    append(source);
                }
            }

            @Override
            public void retried(NodeId node, String reason) {}
        };
        assertThatThrownBy(() -> client.save(source, path("/growing"), grow))
                .isInstanceOfSatisfying(
                        TrivetException.class, e -> assertThat(e.kind()).isEqualTo(Refusal.Kind.SOURCE_CHANGED));
        assertThatThrownBy(() -> client.stat(path("/growing"))).hasMessageContaining("no such file");
    }

    /** Small files share reservations: giving one up must not give up the others. */
    @Test
    void aSmallSaveThatFailsLeavesTheNextOnesAlone() throws IOException {
        try (TrivetClient fresh = cluster.client()) {
            for (int round = 0; round < 8; round++) {
                Path failing = source("small-failing-" + round, 5000);
                Progress touch = new Progress() {
                    @Override
                    public void started(long totalBytes) {
                        append(failing);
                    }

                    @Override
                    public void moved(NodeId node, long bytes) {}

                    @Override
                    public void retried(NodeId node, String reason) {}
                };
                assertThatThrownBy(() -> fresh.save(failing, path("/small-failing"), touch))
                        .isInstanceOf(TrivetException.class);
                fresh.save(source("small-good", 10), path("/small-good-" + round), Progress.NONE);
            }
        }
    }

    private static void append(Path file) {
        try {
            Files.write(file, new byte[] {1}, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aReplicaWithAFlippedBitIsNeverServedAsGood() throws IOException {
        Path source = source("flipped", CHUNK);
        client.save(source, path("/flipped"), Progress.NONE);
        FilePlacement.ChunkPlacement chunk =
                client.replicas().where(path("/flipped")).chunks().getFirst();
        flipBit(chunkFile(chunk.nodes().getFirst(), client.replicas().where(path("/flipped"))), 100_000);
        for (int round = 0; round < 4; round++) {
            loadsIdentically(path("/flipped"), source);
        }
    }

    @Test
    void aChunkThatIsBadEverywhereIsAClearErrorAndLeavesNothing() throws IOException {
        Path source = source("ruined", CHUNK);
        client.save(source, path("/ruined"), Progress.NONE);
        FilePlacement where = client.replicas().where(path("/ruined"));
        for (NodeId node : where.chunks().getFirst().nodes()) {
            flipBit(chunkFile(node, where), 7);
        }
        Path target = base.resolve("never-there");
        assertThatThrownBy(() -> client.load(path("/ruined"), target, Progress.NONE))
                .hasMessageContaining("chunk 1")
                .hasMessageContaining("no node has these bytes");
        assertThat(target).doesNotExist();
        try (Stream<Path> left = Files.list(base)) {
            assertThat(left.map(Path::getFileName).map(Path::toString))
                    .noneMatch(name -> name.contains(".trivet-load"));
        }
    }

    private static Path chunkFile(NodeId node, FilePlacement where) throws IOException {
        String name = where.record().chunk(1).toString();
        try (Stream<Path> files = Files.walk(cluster.data(node).resolve("chunks"))) {
            return files.filter(file -> file.getFileName().toString().equals(name))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void flipBit(Path file, long at) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, at);
            channel.write(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 0x10)}), at);
        }
    }

    @Test
    void aMissingSourceAndAMissingFileAreToldApart() {
        assertThatThrownBy(() -> client.save(base.resolve("nowhere"), path("/x"), Progress.NONE))
                .hasMessageContaining("nowhere: no such file");
        assertThatThrownBy(() -> client.load(path("/nowhere"), base.resolve("x"), Progress.NONE))
                .hasMessageContaining("/nowhere: no such file");
    }

    /**
     * Rule 2: a node forwards a small chunk only after its end arrived and its checksum matched.
     */
    @Test
    void aSmallChunkWithAWrongEndIsStoredNowhereAndAWholeOneOnEveryNodeOfItsChain() throws IOException {
        try (Connector connector = cluster.connectorAs(new NodeId(0))) {
            assertThat(sentDownAChain(connector, 4711, 1)).isEmpty();
            assertThat(sentDownAChain(connector, 4712, 0)).containsExactlyInAnyOrder(new NodeId(0), new NodeId(1));
        }
    }

    /**
     * Sends a chunk to n0 and n1 with {@code off} added to the checksum at its end; returns the
     * nodes that hold it afterwards.
     */
    private static List<NodeId> sentDownAChain(Connector connector, long file, int off) throws IOException {
        ChunkId chunk = new ChunkId(new FileId(1, file), 1);
        ByteBuffer bytes = ByteBuffer.wrap(new byte[1000]);
        int[] sums = BlockSums.checksums(bytes);
        Connection connection = connector.take(cluster.addresses().getFirst(), LIMIT);
        Request.StoreChunk store = new Request.StoreChunk(
                chunk, new Slot(0), new ChunkSize(CHUNK), 1000, true, path("/x"), List.of(new NodeId(1)), 0);
        connection.sendWhole(
                new RequestEnvelope(new NodeId(0), store),
                bytes,
                sums,
                BlockSums.append(0, sums, bytes.remaining()) + off,
                Sha256.of(bytes));
        try {
            connection.receive();
        } catch (IOException _) {
            // The connection ended; the nodes that hold the chunk show the outcome.
        }
        connection.close();
        return Stream.of(new NodeId(0), new NodeId(1))
                .filter(node -> has(connector, node, chunk))
                .toList();
    }

    private static boolean has(Connector connector, NodeId node, ChunkId chunk) {
        Request asked = new Request.HasChunk(new Slot(0), List.of(chunk));
        Reply reply = connector.call(cluster.addresses().get(node.number()), new RequestEnvelope(node, asked), LIMIT);
        return !((Reply.Has) reply).held().isEmpty();
    }
}
