package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.client.Account;
import io.trivet.client.FileCheck;
import io.trivet.client.MetadataChange;
import io.trivet.client.Progress;
import io.trivet.client.RemoteInput;
import io.trivet.client.RemoteOutput;
import io.trivet.client.TrivetClient;
import io.trivet.model.Address;
import io.trivet.model.CallerIdentity;
import io.trivet.model.ChunkSize;
import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.NodeId;
import io.trivet.model.Query;
import io.trivet.model.RemotePath;
import io.trivet.wire.Connector;
import io.trivet.wire.LoginHandshake;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rules 3 to 5 on three real nodes that sweep all the time: removed files go, everything that has a
 * name or may be committed stays.
 */
final class SweepTest {
    private static final int CHUNK = 128 << 10;

    @TempDir
    Path base;

    private LocalCluster cluster;
    private TrivetClient client;

    @BeforeEach
    void start() throws IOException {
        cluster = LocalCluster.start(
                base.resolve("c"),
                3,
                new ChunkSize(CHUNK),
                new MaintenanceSettings(Duration.ofMillis(500), Duration.ofDays(1)));
        client = cluster.client();
    }

    @AfterEach
    void stop() {
        client.close();
        cluster.close();
    }

    private static RemotePath path(String text) {
        return RemotePath.parse(text);
    }

    private Path save(String name, int size) throws IOException {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        Path source = Files.write(base.resolve("source-" + size), bytes);
        client.save(source, path(name), Progress.NONE);
        return source;
    }

    private FileRecord record(String name) {
        return ((NameEntry.File) client.stat(path(name))).record();
    }

    /** The ids of files with chunks on any node. */
    private Set<String> filesOnDisks() {
        Set<String> files = new TreeSet<>();
        for (int node = 0; node < 3; node++) {
            try (Stream<Path> all = Files.walk(cluster.data(new NodeId(node)).resolve("chunks"))) {
                files.addAll(all.map(file -> file.getFileName().toString())
                        .filter(name -> name.contains(".part"))
                        .map(name -> name.substring(0, name.indexOf('.')))
                        .collect(Collectors.toSet()));
                SharedRecords.of(cluster.data(new NodeId(node))).keySet().stream()
                        .map(chunk -> chunk.file().toString())
                        .forEach(files::add);
            } catch (IOException | UncheckedIOException _) {
                // A file disappeared during the walk: walk again.
                return filesOnDisks();
            }
        }
        return files;
    }

    private void awaitOnly(String... names) {
        Set<String> wanted = Stream.of(names)
                .map(name -> record(name).id().toString())
                .collect(Collectors.toCollection(TreeSet::new));
        LocalCluster.await(
                "only these are left: " + wanted, () -> filesOnDisks().equals(wanted));
    }

    private void loads(String name, Path source) throws IOException {
        Path target = base.resolve("loaded");
        client.load(path(name), target, Progress.NONE);
        assertThat(Files.mismatch(source, target)).isEqualTo(-1);
    }

    @Test
    void removedReplacedAndAbandonedFilesGoAndTheOthersStay() throws IOException {
        Path kept = save("/kept", 5 * CHUNK + 1);
        save("/removed", 3 * CHUNK);
        save("/replaced", 2 * CHUNK);
        save("/dir/below", CHUNK);
        Path replacement = save("/replaced", 2 * CHUNK + 7);
        client.remove(path("/removed"), false);
        client.remove(path("/dir"), true);
        try (TrivetClient other = cluster.client();
                RemoteOutput abandoned = other.create(path("/abandoned"))) {
            abandoned.write(new byte[4 * CHUNK]);
            abandoned.abort();
        }
        client.cluster().setSweeping(true, Duration.ofSeconds(1));
        awaitOnly("/kept", "/replaced");
        loads("/kept", kept);
        loads("/replaced", replacement);
    }

    /** Rule 3: a content stays for the copies that are left, and goes with the last one. */
    @Test
    void aContentStaysAsLongAsOneOfItsFilesIsThere() throws IOException {
        Path source = save("/first", 3 * CHUNK + 5);
        FileRecord first = record("/first");
        client.copy(path("/first"), path("/copies/one"), MetadataChange.NONE);
        client.copy(path("/copies/one"), path("/copies/two"), MetadataChange.NONE);
        save("/other", CHUNK);
        client.remove(path("/first"), false);
        client.remove(path("/other"), false);
        client.cluster().setSweeping(true, Duration.ofSeconds(1));
        LocalCluster.await(
                "the other one is gone",
                () -> filesOnDisks().equals(Set.of(first.id().toString())));
        loads("/copies/one", source);
        assertThat(client.replicas().verify(path("/copies/two")).isWhole()).isTrue();
        client.remove(path("/copies"), true);
        LocalCluster.await("all are gone", () -> filesOnDisks().isEmpty());
    }

    /**
     * Rule 5: a reader that takes longer than the grace renews its token, and so keeps the file.
     */
    @Test
    void aRemovedFileStaysAsLongAsItsReaderRenewsItsToken() throws IOException {
        Path source = save("/read", 6 * CHUNK);
        String read = record("/read").id().toString();
        try (RemoteInput input = client.open(path("/read"))) {
            renewReading("/read");
            client.remove(path("/read"), false);
            save("/other", 2 * CHUNK);
            client.remove(path("/other"), false);
            client.cluster()
                    .setSweeping(true, Duration.ofSeconds(1)); // last: the log's time must pass that of the removals
            LocalCluster.await(
                    "what was removed later is gone", () -> filesOnDisks().equals(Set.of(read)));
            ByteBuffer all = ByteBuffer.allocate(6 * CHUNK);
            while (all.hasRemaining()) {
                input.read(all);
            }
            assertThat(all.array()).isEqualTo(Files.readAllBytes(source));
        }
    }

    /** As a client does when half of its token's lifetime is over. */
    private void renewReading(String name) {
        Address leader =
                cluster.node(client.cluster().status().leader().orElseThrow()).address();
        Account account = cluster.account();
        try (Connector connector = cluster.connector()) {
            connector.introduceAs(
                    new LoginHandshake(new CallerIdentity.OfUser(account.accessKey(), 0), account.secret()::bytes),
                    true);
            Reply.WithToken looked = (Reply.WithToken) connector.call(
                    leader,
                    RequestEnvelope.toAny(new Request.Ask(new Query.Lookup(path(name)))),
                    Duration.ofSeconds(10));
            assertThat(connector.call(
                            leader,
                            new RequestEnvelope(null, new Request.RenewToken(), looked.token()),
                            Duration.ofSeconds(10)))
                    .isInstanceOf(Reply.WithToken.class);
        }
    }

    /**
     * Rule 5: a reader of a removed file can read to its end within the grace. Rule 4: nothing goes
     * while sweeping is off.
     */
    @Test
    void nothingGoesWithinTheGraceNorWhileSweepingIsOff() throws IOException {
        Path source = save("/read", 6 * CHUNK);
        FileRecord read = record("/read");
        try (RemoteInput input = client.open(path("/read"))) {
            client.remove(path("/read"), false);
            sweepsSomethingElse();
            sweepsSomethingElse();
            assertThat(filesOnDisks()).contains(read.id().toString());
            ByteBuffer all = ByteBuffer.allocate(6 * CHUNK);
            while (all.hasRemaining()) {
                input.read(all);
            }
            assertThat(all.array()).isEqualTo(Files.readAllBytes(source));
        }
        client.cluster().setSweeping(false, Duration.ofSeconds(1));
        assertThat(client.cluster().status().view().sweepSettings().on()).isFalse();
        save("/later", CHUNK);
        assertThat(filesOnDisks()).contains(read.id().toString());
        client.cluster().setSweeping(true, null);
        awaitOnly("/later");
    }

    /**
     * Makes an abandoned save and waits until it is swept: by then everything else that could be
     * swept is gone, or about to go.
     */
    private void sweepsSomethingElse() throws IOException {
        Set<String> before = filesOnDisks();
        try (RemoteOutput abandoned = client.create(path("/abandoned"))) {
            abandoned.write(new byte[4 * CHUNK]);
            abandoned.abort();
            LocalCluster.await("its chunks are stored", () -> filesOnDisks().size() > before.size());
        }
        LocalCluster.await("it is swept", () -> filesOnDisks().equals(before));
    }

    /** Rule 3: an open save is kept however long it takes, and its late commit succeeds. */
    @Test
    void anOpenSaveIsNeverSwept() throws IOException {
        client.cluster().setSweeping(true, Duration.ofSeconds(1));
        byte[] bytes = new byte[4 * CHUNK];
        new Random(1).nextBytes(bytes);
        try (RemoteOutput slow = client.create(path("/slow"))) {
            slow.write(bytes, 0, 3 * CHUNK);
            save("/gone", CHUNK);
            client.remove(path("/gone"), false);
            LocalCluster.await("the removed file is swept", () -> {
                // An entry after the removal: with it the leader knows that the removal is older.
                client.makeDirectory(path("/later"));
                return filesOnDisks().size() == 1;
            });
            slow.write(bytes, 3 * CHUNK, CHUNK);
            slow.commit();
        }
        loads("/slow", Files.write(base.resolve("slow"), bytes));
    }

    @Test
    void verifyFindsWhatIsBadAndScrubReportsIt() throws IOException {
        save("/sound", 3 * CHUNK + 5);
        FileCheck whole = client.replicas().verify(path("/sound"));
        assertThat(whole.isWhole()).isTrue();
        assertThat(whole.checked()).isEqualTo(8);
        assertThat(whole.silent()).isEmpty();
        LocalCluster.await(
                "every node has scrubbed",
                () -> client.cluster().status().nodes().stream()
                        .allMatch(node -> node.scrub().completedMs() > 0));
        NodeId holder = whole.chunks().get(1).sound().getFirst();
        flipABit(holder, record("/sound").chunk(2).toString());
        FileCheck bad = client.replicas().verify(path("/sound"));
        assertThat(bad.isWhole()).isFalse();
        assertThat(bad.bad()).isEqualTo(1);
        assertThat(bad.chunks().get(1).bad()).containsExactly(holder);
        assertThat(bad.wholeMatches()).isTrue();
        try (Stream<Path> set = Files.list(cluster.data(holder).resolve("quarantine"))) {
            assertThat(set).hasSize(1);
        }
        cluster.stop(holder);
        FileCheck without = client.replicas().verify(path("/sound"));
        assertThat(without.silent()).containsExactly(holder);
        assertThat(without.missing()).isPositive();
        assertThat(without.wholeMatches()).isTrue();
        assertThat(without.isWhole()).isFalse();
    }

    private void flipABit(NodeId node, String chunk) throws IOException {
        SharedRecords.flip(
                SharedRecords.of(cluster.data(node)).entrySet().stream()
                        .filter(record -> record.getKey().toString().equals(chunk))
                        .findFirst()
                        .orElseThrow()
                        .getValue(),
                1000);
    }

    /** Makes an entry after the removal: with it the leader knows that the removal is older. */
    private boolean isSweptAfterAnEntry(String id) {
        client.makeDirectory(path("/later"));
        return !filesOnDisks().contains(id);
    }

    /**
     * Rules 3 and 5: chunks of a file in the trash stay, and the file can be restored; once it left
     * the trash and its grace is over, they go.
     */
    @Test
    void whatIsInTheTrashStaysAndComesBack() throws IOException {
        client.trash().setRetention(Duration.ofDays(1));
        client.cluster().setSweeping(true, Duration.ofSeconds(1));
        Path source = save("/file", 3 * CHUNK);
        String id = record("/file").id().toString();
        save("/gone", CHUNK);
        String gone = record("/gone").id().toString();
        client.remove(path("/file"), false);
        client.remove(path("/gone"), false, true);
        LocalCluster.await("what passed the trash is swept", () -> isSweptAfterAnEntry(gone));
        assertThat(filesOnDisks()).contains(id);
        var trashed = client.trash().page(new io.trivet.model.FileId(1, 1)).files();
        assertThat(trashed).hasSize(1);
        client.trash()
                .restore(trashed.getFirst().record().id(), trashed.getFirst().path());
        loads("/file", source);
        client.remove(path("/file"), false);
        client.trash().discard(List.of(trashed.getFirst().record().id()));
        LocalCluster.await("what left the trash is swept", () -> isSweptAfterAnEntry(id));
    }
}
