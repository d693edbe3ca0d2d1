package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.chunk.EqualCrc;
import io.trivet.client.Account;
import io.trivet.client.ClientOptions;
import io.trivet.client.LoadSummary;
import io.trivet.client.Progress;
import io.trivet.client.SaveSummary;
import io.trivet.client.TrivetClient;
import io.trivet.model.Address;
import io.trivet.model.Checksums;
import io.trivet.model.ChunkSize;
import io.trivet.model.FileId;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.wire.credentials.Secret;
import io.trivet.wire.credentials.TrustSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that are killed during a transfer, and those that resume it. Chunks of 64 KiB, so that a
 * small file has many.
 */
class ResumeTest {
    private static final int CHUNK = 64 << 10;
    private static final int CHUNKS = 21;
    private static final int BEFORE_THE_KILL = 12;
    private static final Duration CHILD_LIMIT = Duration.ofSeconds(30);

    @TempDir
    static Path base;

    private static LocalCluster cluster;

    @BeforeAll
    static void start() throws IOException {
        cluster = LocalCluster.start(base.resolve("cluster"), 3, new ChunkSize(CHUNK));
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private final Path state = base.resolve("state");

    private static Path source(String name) throws IOException {
        byte[] bytes = new byte[CHUNKS * CHUNK - 7];
        new Random(name.hashCode()).nextBytes(bytes);
        return Files.write(base.resolve(name), bytes);
    }

    private TrivetClient client() {
        return TrivetClient.connect(new ClientOptions(cluster.addresses(), cluster.trust(), 1, Duration.ofSeconds(20))
                .withState(state)
                .as(cluster.account()));
    }

    private SaveSummary save(Path source, RemotePath target, Travelled travelled) {
        try (TrivetClient client = client()) {
            return client.save(source, target, travelled);
        }
    }

    /** The events of a transfer. */
    private static final class Travelled implements Progress {
        final AtomicLong bytes = new AtomicLong();
        volatile String resumed = "";

        @Override
        public void started(long totalBytes) {}

        @Override
        public void moved(NodeId node, long more) {
            bytes.addAndGet(more);
        }

        @Override
        public void retried(NodeId node, String reason) {}

        @Override
        public void resumed(int there, int count, long bytesThere) {
            resumed = there + " of " + count;
        }
    }

    /**
     * A process that begins a transfer, reports when enough of it is done, and waits to be killed.
     */
    static final class Victim {
        private Victim() {}

        public static void main(String[] words) throws IOException {
            List<Address> seeds =
                    Stream.of(words[1].split(",", -1)).map(Address::parse).toList();
            ClientOptions options = new ClientOptions(seeds, TrustSettings.parse(words[5]), 1, Duration.ofSeconds(20))
                    .withState(Path.of(words[4]))
                    .as(new Account("admin", new Secret(System.getenv("VICTIM_SECRET"))));
            Progress stopping = new Stopping();
            try (TrivetClient client = TrivetClient.connect(options)) {
                RemotePath remote = RemotePath.parse(words[3]);
                if (words[0].equals("save")) {
                    client.save(Path.of(words[2]), remote, stopping);
                } else {
                    client.load(remote, Path.of(words[2]), stopping);
                }
            }
        }
    }

    private static final class Stopping implements Progress {
        private long moved;

        @Override
        public void started(long totalBytes) {}

        @Override
        public synchronized void moved(NodeId node, long bytes) {
            moved += bytes;
            if (moved > (long) BEFORE_THE_KILL * CHUNK) {
                System.out.println("enough");
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        @Override
        public void retried(NodeId node, String reason) {}
    }

    private void killInTheMiddle(String verb, Path local, String remote) throws Exception {
        String seeds = String.join(
                ",", cluster.addresses().stream().map(Address::toString).toList());
        ProcessBuilder victim = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Dio.netty.noUnsafe=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Victim.class.getName(),
                        verb,
                        seeds,
                        local.toString(),
                        remote,
                        state.toString(),
                        cluster.trust().text())
                .redirectError(base.resolve("victim.log").toFile());
        victim.environment().put("VICTIM_SECRET", cluster.account().secret().text());
        Process child = victim.start();
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(said.readLine())
                    .as("%s", Files.readString(base.resolve("victim.log")))
                    .isEqualTo("enough");
        } finally {
            child.destroyForcibly();
            assertThat(child.waitFor(CHILD_LIMIT.toMillis(), TimeUnit.MILLISECONDS))
                    .isTrue();
        }
    }

    @Test
    void ofASaveThatWasKilledOnlyMissingChunksTravel() throws Exception {
        Path source = source("killed");
        killInTheMiddle("save", source, "/killed");
        assertThat(permissionsBelow(state)).containsOnly("rw-------");
        Travelled travelled = new Travelled();
        SaveSummary summary = save(source, RemotePath.parse("/killed"), travelled);
        assertThat(summary.resumedChunks()).isEqualTo(BEFORE_THE_KILL);
        assertThat(travelled.resumed).isEqualTo(BEFORE_THE_KILL + " of " + CHUNKS);
        assertThat(travelled.bytes).hasValue(Files.size(source) - (long) BEFORE_THE_KILL * CHUNK);
        assertThat(summary.replicas()).isEqualTo(2);
        loadsIdentically("/killed", source);
        assertThat(permissionsBelow(state)).isEmpty();
    }

    /** Rule 1: an id that belongs to other bytes is not used again. */
    @Test
    void aSourceThatWasSecretlyChangedTakesANewId() throws Exception {
        Path source = source("changed");
        killInTheMiddle("save", source, "/changed");
        FileId before = idInJournal();
        FileTime time = Files.getLastModifiedTime(source);
        flip(source, 5L * CHUNK + 3);
        Files.setLastModifiedTime(source, time);
        Travelled travelled = new Travelled();
        SaveSummary summary = save(source, RemotePath.parse("/changed"), travelled);
        assertThat(summary.record().id()).isNotEqualTo(before);
        assertThat(summary.resumedChunks()).isZero();
        assertThat(travelled.bytes).hasValue(Files.size(source));
        loadsIdentically("/changed", source);
    }

    /** Rule 1: no CRC32C distinguishes them, neither the journal's nor the nodes'. */
    @Test
    void aSourceWithOtherBytesOfTheSameCrcTakesANewId() throws Exception {
        Path source = source("forged");
        killInTheMiddle("save", source, "/forged");
        FileId before = idInJournal();
        FileTime time = Files.getLastModifiedTime(source);
        forgeFirstBlock(source);
        Files.setLastModifiedTime(source, time);
        SaveSummary summary = save(source, RemotePath.parse("/forged"), new Travelled());
        assertThat(summary.record().id()).isNotEqualTo(before);
        assertThat(summary.resumedChunks()).isZero();
        loadsIdentically("/forged", source);
    }

    private static void forgeFirstBlock(Path source) throws IOException {
        byte[] block = new byte[ChunkSize.BLOCK_BYTES];
        try (FileChannel channel = FileChannel.open(source, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            channel.read(ByteBuffer.wrap(block), 0);
            byte[] forged = EqualCrc.forged(block, new byte[block.length]);
            assertThat(Checksums.of(forged)).isEqualTo(Checksums.of(block));
            channel.write(ByteBuffer.wrap(forged), 0);
        }
    }

    /** Rule 1: also if no node has the changed chunk now, since one may return with it. */
    @Test
    void aSourceOfAnotherTimeTakesANewId() throws Exception {
        Path source = source("touched");
        killInTheMiddle("save", source, "/touched");
        FileId before = idInJournal();
        Files.setLastModifiedTime(source, FileTime.fromMillis(1_000_000));
        assertThat(save(source, RemotePath.parse("/touched"), new Travelled())
                        .record()
                        .id())
                .isNotEqualTo(before);
        loadsIdentically("/touched", source);
    }

    @Test
    void ofALoadThatWasKilledOnlyMissingChunksTravel() throws Exception {
        Path source = source("loaded");
        save(source, RemotePath.parse("/loaded"), new Travelled());
        Path target = base.resolve("target");
        killInTheMiddle("load", target, "/loaded");
        assertThat(target).doesNotExist();
        Travelled travelled = new Travelled();
        LoadSummary summary = load("/loaded", target, travelled);
        assertThat(summary.resumedChunks()).isEqualTo(BEFORE_THE_KILL);
        assertThat(travelled.bytes).hasValue(Files.size(source) - (long) BEFORE_THE_KILL * CHUNK);
        assertThat(Files.mismatch(source, target)).isEqualTo(-1);
        assertThat(temporaryFiles()).isEmpty();
    }

    @Test
    void aLoadOfAChangedRecordBeginsAnew() throws Exception {
        Path source = source("first");
        save(source, RemotePath.parse("/twice"), new Travelled());
        Path target = base.resolve("twice");
        killInTheMiddle("load", target, "/twice");
        Path other = source("second");
        save(other, RemotePath.parse("/twice"), new Travelled());
        Travelled travelled = new Travelled();
        assertThat(load("/twice", target, travelled).resumedChunks()).isZero();
        assertThat(travelled.bytes).hasValue(Files.size(other));
        assertThat(Files.mismatch(other, target)).isEqualTo(-1);
    }

    /** What is present is read back: a chunk damaged on the local disk is loaded again. */
    @Test
    void aDamagedChunkOfAPartialLoadTravelsAgain() throws Exception {
        Path source = source("damaged");
        save(source, RemotePath.parse("/damaged"), new Travelled());
        Path target = base.resolve("damaged-target");
        killInTheMiddle("load", target, "/damaged");
        flip(
                temporaryFiles().stream()
                        .filter(file -> !file.toString().contains("list"))
                        .findFirst()
                        .orElseThrow(),
                2L * CHUNK);
        assertThat(load("/damaged", target, new Travelled()).resumedChunks()).isEqualTo(BEFORE_THE_KILL - 1);
        assertThat(Files.mismatch(source, target)).isEqualTo(-1);
    }

    /** Two simultaneous saves of one source do not use the same id. */
    @Test
    void aSaveThatIsUnderWayIsLeftAlone() throws Exception {
        Path source = source("shared");
        Travelled inner = new Travelled();
        Progress outer = new Progress() {
            private boolean nested;

            @Override
            public void started(long totalBytes) {}

            @Override
            public void moved(NodeId node, long bytes) {
                if (!nested) {
                    nested = true;
                    save(source, RemotePath.parse("/shared"), inner);
                }
            }

            @Override
            public void retried(NodeId node, String reason) {}
        };
        try (TrivetClient client = client()) {
            assertThat(client.save(source, RemotePath.parse("/shared"), outer).resumedChunks())
                    .isZero();
        }
        assertThat(inner.resumed).isEmpty();
        loadsIdentically("/shared", source);
    }

    private LoadSummary load(String remote, Path target, Progress progress) {
        try (TrivetClient client = client()) {
            return client.load(RemotePath.parse(remote), target, progress);
        }
    }

    private void loadsIdentically(String remote, Path source) throws IOException {
        Path target = base.resolve("back");
        load(remote, target, Progress.NONE);
        assertThat(Files.mismatch(source, target)).isEqualTo(-1);
    }

    private FileId idInJournal() throws IOException {
        try (Stream<Path> journals = Files.list(state.resolve("saves"))) {
            String head = Files.readAllLines(journals.findFirst().orElseThrow()).getFirst();
            return FileId.parse(head.split(" ", -1)[5]);
        }
    }

    private static List<String> permissionsBelow(Path state) throws IOException {
        try (Stream<Path> files = Files.list(state.resolve("saves"))) {
            return files.map(file -> {
                        try {
                            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    })
                    .toList();
        }
    }

    private static List<Path> temporaryFiles() throws IOException {
        try (Stream<Path> files = Files.list(base)) {
            return files.filter(file -> file.getFileName().toString().startsWith(".trivet-load"))
                    .toList();
        }
    }

    private static void flip(Path file, long at) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, at);
            channel.write(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 1)}), at);
        }
    }
}
