package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.chunk.DiskPaths;
import io.trivet.chunk.RecordLocation;
import io.trivet.chunk.SystemDiskFiles;
import io.trivet.chunk.VolumeSurvey;
import io.trivet.client.Account;
import io.trivet.client.FileCheck;
import io.trivet.client.FileToLoad;
import io.trivet.client.FileToSave;
import io.trivet.client.LoadSummary;
import io.trivet.client.Preserve;
import io.trivet.client.Progress;
import io.trivet.client.SaveSummary;
import io.trivet.client.TrivetClient;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.Condition;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.Grant;
import io.trivet.model.NameEntry;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.Sha256;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.wire.credentials.Secret;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many small files travel together, and each means what it means alone. */
@Timeout(300)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class) // the last one stops a node
class ManyFilesTest {
    private static final int FILES = 2000;
    private static final int LONGEST = 70 << 10;

    @TempDir
    static Path base;

    private static LocalCluster cluster;
    private static TrivetClient client;
    private static final Map<RemotePath, Path> sources = new TreeMap<>();

    @BeforeAll
    static void start() throws IOException {
        cluster = LocalCluster.withHttp(base.resolve("c"), 3, ChunkSize.DEFAULT);
        cluster.awaitHttp();
        client = cluster.client();
        Random random = new Random(7);
        for (int number = 0; number < FILES; number++) {
            byte[] bytes = new byte[number < 3 ? number : random.nextInt(LONGEST)];
            random.nextBytes(bytes);
            Path source = Files.createDirectories(base.resolve("s").resolve("d" + number % 7))
                    .resolve("f" + number);
            Files.write(source, bytes);
            sources.put(RemotePath.parse("/many/d" + number % 7 + "/f" + number), source);
        }
    }

    @AfterAll
    static void stop() {
        client.close();
        cluster.close();
    }

    /** What became of each file. */
    private static final class Ended implements FileToSave.Listener, FileToLoad.Listener {
        final Map<RemotePath, SaveSummary> saved = new ConcurrentHashMap<>();
        final Map<RemotePath, Path> loaded = new ConcurrentHashMap<>();
        final Map<RemotePath, RuntimeException> failed = new ConcurrentHashMap<>();

        @Override
        public boolean goesOn() {
            return true;
        }

        @Override
        public void saved(FileToSave file, SaveSummary summary) {
            assertThat(saved.put(file.target(), summary)).isNull();
        }

        @Override
        public void failed(FileToSave file, RuntimeException failure) {
            failed.put(file.target(), failure);
        }

        @Override
        public void loaded(FileToLoad file, LoadSummary summary) {
            assertThat(loaded.put(file.source(), file.target())).isNull();
        }

        @Override
        public void failed(FileToLoad file, RuntimeException failure) {
            failed.put(file.source(), failure);
        }
    }

    private static FileToSave file(Path source, RemotePath target, Condition... conditions) {
        return new FileToSave(source, target, Preserve.USUAL, List.of(conditions), Progress.NONE);
    }

    private static Ended save(TrivetClient by, List<FileToSave> files) {
        Ended ended = new Ended();
        by.saveAll(files, ended);
        assertThat(ended.saved.size() + ended.failed.size()).isEqualTo(files.size());
        return ended;
    }

    private static Ended saveAll(Collection<RemotePath> paths) {
        return save(
                client,
                paths.stream().map(path -> file(sources.get(path), path)).toList());
    }

    private static Ended load(String into, Preserve preserve) throws IOException {
        return load(into, preserve, sources.keySet());
    }

    private static Ended load(String into, Preserve preserve, Collection<RemotePath> paths) throws IOException {
        Path directory = Files.createDirectories(base.resolve(into));
        Ended ended = new Ended();
        client.loadAll(
                paths.stream()
                        .map(path -> new FileToLoad(path, directory.resolve(path.name()), preserve, Progress.NONE))
                        .toList(),
                ended);
        assertThat(ended.failed).isEmpty();
        return ended;
    }

    private static void assertSame(Ended loaded) {
        assertSame(loaded, sources.keySet());
    }

    private static void assertSame(Ended loaded, Collection<RemotePath> paths) {
        assertThat(loaded.loaded.keySet()).containsExactlyInAnyOrderElementsOf(paths);
        loaded.loaded.forEach((path, target) -> assertThat(target).hasSameBinaryContentAs(sources.get(path)));
    }

    /** Requests that a user made of the leader, of all nodes together. */
    private static double requests(String kind) {
        double sum = 0;
        for (int number = 0; number < 3; number++) {
            sum += Scrape.of(cluster.http(new NodeId(number))).sum("trivet_requests_total{kind=\"" + kind);
        }
        return sum;
    }

    @Test
    @Order(1)
    void whatIsSavedTogetherIsLoadedTogetherInFewRequests() throws IOException {
        double submitted = requests("Submit") + requests("Ask");
        double stored = requests("StoreChunk\"");
        Ended saved = saveAll(sources.keySet());
        assertThat(saved.failed).isEmpty();
        saved.saved.forEach((path, summary) -> {
            boolean empty = summary.record().size() == 0;
            assertThat(summary.replicas()).isEqualTo(empty ? 0 : 2);
            assertThat(summary.nodes()).hasSize(empty ? 0 : 2);
        });
        // On a busy machine a node may not answer in time, and then its chunks go alone.
        assertThat(requests("StoreChunk\"") - stored)
                .as("chunks that were stored alone, on two nodes")
                .isLessThan(FILES);
        assertThat(requests("StoreChunks\"")).as("to two nodes each").isLessThan(4 * FILES / 14.0);
        double fetched = requests("FetchChunk\"");
        assertSame(load("first", Preserve.USUAL));
        assertThat(requests("FetchChunk\"") - fetched)
                .as("chunks that were fetched alone")
                .isLessThan(FILES / 2.0);
        assertThat(requests("Submit") + requests("Ask") - submitted)
                .as("requests to the leader, for the names of %s files, twice", FILES)
                .isLessThan(80);
    }

    @Test
    @Order(2)
    void eachFileIsWhatItIsAlone() throws IOException {
        RemotePath path = RemotePath.parse("/many/d3/f3");
        FileRecord record = ((NameEntry.File) client.stat(path)).record();
        byte[] bytes = Files.readAllBytes(sources.get(path));
        assertThat(record.size()).isEqualTo(bytes.length);
        assertThat(record.sha256()).isEqualTo(Sha256.of(bytes));
        FileCheck check = client.replicas().verify(path, Progress.NONE);
        assertThat(check.isWhole()).isTrue();
        assertThat(check.checked()).isEqualTo(2);
        assertThat(client.replicas().receipt(path).text()).contains(path.toString());
        assertSame(load("preserved", Preserve.ALL));
        Path target = base.resolve("preserved").resolve("f3");
        assertThat(Files.getLastModifiedTime(target)).isEqualTo(Files.getLastModifiedTime(sources.get(path)));
        assertThat(Files.getPosixFilePermissions(target)).isEqualTo(Files.getPosixFilePermissions(sources.get(path)));
    }

    /** A condition, a quota, a right, a name that is a directory, a source that is not there. */
    @Test
    @Order(3)
    void oneThatIsRefusedDoesNotConcernTheOthers() throws IOException {
        Account ada = new Account("ada", Secret.random());
        client.users().add("ada", ada.secret());
        client.users().setRights("ada", new Grant(RemotePath.parse("/of/ada"), EnumSet.of(Right.WRITE, Right.READ)));
        client.makeDirectory(RemotePath.parse("/of/ada/quota"));
        client.quotas().set(RemotePath.parse("/of/ada/quota"), 10L, null);
        client.makeDirectory(RemotePath.parse("/of/ada/directory"));
        List<FileToSave> files = new ArrayList<>();
        List<Path> some = List.copyOf(sources.values()).subList(100, 200);
        for (int number = 0; number < some.size(); number++) {
            files.add(file(some.get(number), RemotePath.parse("/of/ada/f" + number)));
        }
        Map<RemotePath, Refusal.Kind> refused = new TreeMap<>();
        refused.put(RemotePath.parse("/of/ada/condition"), Refusal.Kind.CONDITION_FAILED);
        refused.put(RemotePath.parse("/of/bob/right"), Refusal.Kind.FORBIDDEN);
        refused.put(RemotePath.parse("/of/ada/quota/f"), Refusal.Kind.QUOTA);
        refused.put(RemotePath.parse("/of/ada/directory"), Refusal.Kind.IS_A_DIRECTORY);
        refused.put(RemotePath.parse("/of/ada/absent"), Refusal.Kind.NO_SUCH_FILE);
        refused.keySet().forEach(path -> {
            Path source = path.name().equals("absent") ? base.resolve("absent") : some.get(7);
            Condition[] conditions = path.name().equals("condition")
                    ? new Condition[] {Condition.unchanged(path, new FileId(1, 1))}
                    : new Condition[0];
            files.add(files.size() / 2, file(source, path, conditions));
        });
        try (TrivetClient by = cluster.client(ada)) {
            Ended ended = save(by, files);
            Map<RemotePath, Refusal.Kind> kinds = new TreeMap<>();
            ended.failed.forEach((path, failure) -> kinds.put(path, ((TrivetException) failure).kind()));
            assertThat(kinds).isEqualTo(refused);
            assertThat(ended.saved).hasSize(some.size());
        }
        refused.keySet().stream()
                .filter(path -> !path.name().equals("directory"))
                .forEach(path -> assertThat(exists(path)).as(path.toString()).isFalse());
    }

    private static boolean exists(RemotePath path) {
        try {
            client.stat(path);
            return true;
        } catch (TrivetException e) {
            assertThat(e.kind()).isEqualTo(Refusal.Kind.NO_SUCH_FILE);
            return false;
        }
    }

    /** Each file has one of its two replicas damaged, or removed. */
    @Test
    @Order(4)
    void aBadReplicaIsReadFromTheOtherNode() throws IOException {
        List<RecordLocation> replicas = new ArrayList<>();
        for (RemotePath path : List.copyOf(sources.keySet()).subList(0, 40)) {
            FileRecord record = ((NameEntry.File) client.stat(path)).record();
            if (record.size() > 0) {
                replicas.add(replica(record));
            }
        }
        assertThat(replicas).hasSizeGreaterThan(30);
        for (int number = 0; number < replicas.size(); number++) {
            // The header of every fourth record, so that there is none any more.
            flip(replicas.get(number), number % 4 == 0 ? -8 : 0);
        }
        assertSame(load("damaged", Preserve.USUAL));
    }

    private static void flip(RecordLocation record, long at) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(record.volume().toFile(), "rw")) {
            file.seek(record.start() + at);
            int before = file.read();
            file.seek(record.start() + at);
            file.write(before ^ 1);
        }
    }

    private static RecordLocation replica(FileRecord record) throws IOException {
        NodeId node = new NodeId((int) (record.id().counter() % 3));
        for (NodeId each : List.of(node, new NodeId((node.number() + 1) % 3))) {
            RecordLocation found = records(each).get(record.chunk(1));
            if (found != null) {
                return found;
            }
        }
        throw new AssertionError("no replica of " + record.id());
    }

    private static Map<ChunkId, RecordLocation> records(NodeId node) throws IOException {
        Map<ChunkId, RecordLocation> records = new HashMap<>();
        try (Stream<Path> volumes = Files.list(new DiskPaths(cluster.data(node)).volumes())) {
            for (Path volume : volumes.filter(VolumeSurvey::isVolume).sorted().toList()) {
                VolumeSurvey.of(new SystemDiskFiles(), volume, new VolumeSurvey.Visitor() {
                    @Override
                    public void record(ChunkId chunk, Slot slot, RecordLocation location) {
                        records.put(chunk, location);
                    }

                    @Override
                    public void damaged(Path path, long from, long to) {}
                });
            }
        }
        return records;
    }

    @Test
    @Order(5)
    void withoutANodeEverythingIsLoadedAndSaved() throws IOException {
        // Not those of which the test before this one damaged a replica.
        List<RemotePath> paths = List.copyOf(sources.keySet()).subList(1000, 1500);
        NodeId gone = new NodeId(2);
        cluster.stop(gone);
        assertSame(load("without", Preserve.USUAL, paths), paths);
        Ended saved = saveAll(paths);
        assertThat(saved.failed).isEmpty();
        saved.saved
                .values()
                .forEach(summary -> assertThat(summary.nodes()).hasSize(2).doesNotContain(gone));
        assertSame(load("again", Preserve.USUAL, paths), paths);
        cluster.restart(gone);
    }
}
