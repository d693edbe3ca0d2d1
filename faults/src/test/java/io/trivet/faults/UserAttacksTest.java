package io.trivet.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.client.Account;
import io.trivet.client.ClientOptions;
import io.trivet.client.ClusterStatus;
import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.faults.machine.Abilities;
import io.trivet.model.Checksums;
import io.trivet.model.ChunkSize;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.Grant;
import io.trivet.model.NameEntry;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.Sha256;
import io.trivet.model.StoreReceipt;
import io.trivet.model.TrashedFile;
import io.trivet.node.NamespaceRestore;
import io.trivet.wire.BlockSums;
import io.trivet.wire.Connection;
import io.trivet.wire.credentials.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An ordinary user, with rights at one directory, attacks three masters in each of the ways that
 * once ended a cluster or stopped its service. Meanwhile another user goes on: every operation is
 * done within {@link #SLOWEST}, and half of them within {@link #USUAL}. No node dies, no seat is
 * lost, and a backup can be restored. Each test uses names of its own.
 */
@Timeout(120)
class UserAttacksTest {
    /** Large, so that a slow store of one lasts as long as a test. */
    private static final ChunkSize CHUNK = new ChunkSize(8 << 20);

    /**
     * For a busy machine of two cores, which runs the nodes, the attack and the user. A place for a
     * transfer is given by others after two seconds, so a save takes so long at worst on any machine.
     */
    private static final Duration SLOWEST = Duration.ofSeconds(5);

    private static final Duration USUAL = Duration.ofSeconds(1);

    private static final Duration HELD = Duration.ofSeconds(5);
    private static final Duration START = Duration.ofSeconds(60);
    private static final Account ALICE = new Account("alice", Secret.random());
    private static final Account MALLORY = new Account("mallory", Secret.random());
    private static final RemotePath HERS = RemotePath.parse("/m");
    private static final String LONG_NAME = "x".repeat(RemotePath.MAX_SEGMENT);

    @TempDir
    static Path base;

    private static ProcessCluster cluster;
    private static TrivetClient admin;

    private HostileUser mallory;
    private TrivetClient malloryHonest;
    private HonestUser alice;

    @BeforeAll
    static void start() throws IOException {
        cluster = ProcessCluster.start(base.resolve("nodes"), 3, CHUNK.bytes(), Abilities.NONE);
        admin = cluster.client();
        admin.trash().setRetention(Duration.ofHours(1));
        admin.users().add("alice", ALICE.secret());
        admin.users().setRights("alice", rights("/a"));
        admin.users().add("mallory", MALLORY.secret());
        admin.users().setRights("mallory", rights(HERS.toString()));
        admin.makeDirectory(RemotePath.parse("/a"));
        admin.makeDirectory(HERS);
        admin.quotas().set(HERS, 1L << 40, 10_000_000L);
    }

    private static Grant rights(String path) {
        return new Grant(RemotePath.parse(path), Set.of(Right.READ, Right.WRITE, Right.LIST));
    }

    @AfterAll
    static void end() {
        if (admin != null) {
            admin.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void begin() {
        NodeId leader = cluster.leader().orElseThrow();
        mallory = new HostileUser(cluster.trust(), MALLORY, cluster.node(leader).address());
        malloryHonest = TrivetClient.connect(options(MALLORY));
        alice = new HonestUser(options(ALICE), RemotePath.parse("/a"));
        awaitOperations(30);
    }

    private static ClientOptions options(Account account) {
        return ClientOptions.of(
                        cluster.ids().stream()
                                .map(id -> cluster.node(id).address())
                                .toList(),
                        cluster.trust())
                .as(account);
    }

    /** So that what is measured is the attack, not the start. */
    private void awaitOperations(int wanted) {
        long end = System.nanoTime() + START.toNanos();
        while (alice.operations() < wanted) {
            assertThat(System.nanoTime() - end).as("%s", alice.failures()).isNegative();
            LockSupport.parkNanos(10_000_000);
        }
    }

    @AfterEach
    void everybodyElseGoesOn(TestInfo test) throws IOException {
        awaitOperations(alice.operations() + 3);
        alice.close();
        mallory.close();
        malloryHonest.close();
        System.out.printf(
                "%s: %d operations of another user, median %d ms, slowest %d ms%n",
                test.getDisplayName(),
                alice.operations(),
                alice.time(0.5).toMillis(),
                alice.time(1).toMillis());
        assertThat(alice.failures()).isEmpty();
        assertThat(alice.time(0.5)).isLessThan(USUAL);
        assertThat(alice.time(1)).isLessThan(SLOWEST);
        assertThat(cluster.endedByThemselves()).isEmpty();
        assertThat(cluster.endedSeats()).isEmpty();
        for (NodeId id : cluster.ids()) {
            assertThat(Files.readString(cluster.node(id).errors()))
                    .doesNotContain("OutOfMemoryError", "Java heap space");
        }
        Path backup = base.resolve("backup");
        admin.cluster().backUpNamespace(backup, NamespaceRestore::requireRestorable);
        NamespaceRestore.requireRestorable(backup);
    }

    private static RemotePath path(String text) {
        return RemotePath.parse(text);
    }

    /** A path of 14 long names: as long as a path may be, but for some 500 bytes. */
    private static String deep(String top) {
        return top + ("/" + LONG_NAME).repeat(14);
    }

    private static void save(TrivetClient client, RemotePath path) {
        try {
            client.save(new ByteArrayInputStream(new byte[0]), path, Progress.NONE);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Others list the trash and see the status, each call in time, and no name of mallory's. */
    private void everybodySeesTheTrash() {
        try (TrivetClient other = TrivetClient.connect(options(ALICE))) {
            trash(other)
                    .forEach(file -> assertThat(file.path().startsWith(path("/a")))
                            .as("alice sees %s", file.path())
                            .isTrue());
            ClusterStatus status = inTime("status", () -> other.cluster().status());
            assertThat(status.nodes()).allMatch(ClusterStatus.NodeStatus::isUp);
        }
        trash(admin).forEach(file -> assertThat(file.path().length()).isLessThanOrEqualTo(RemotePath.MAX_PATH));
    }

    private static List<TrashedFile> trash(TrivetClient client) {
        List<TrashedFile> files = new ArrayList<>();
        Iterator<TrashedFile> pages = client.trash().files().iterator();
        while (inTime("a page of the trash", pages::hasNext)) {
            files.add(pages.next());
        }
        return files;
    }

    private static <T> T inTime(String what, Supplier<T> call) {
        long begin = System.nanoTime();
        T result = call.get();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).as(what).isLessThan(SLOWEST);
        return result;
    }

    /** S1: renames that are short themselves and double what is below them. S3: into the trash. */
    @Test
    void nestedRenamesMakeNoPathTooLong() throws Exception {
        for (int file = 0; file < 20; file++) {
            save(malloryHonest, path("/m/s1/c/file-" + file));
        }
        List<Refusal> refusals = new ArrayList<>();
        for (int round = 0; round < 40; round++) {
            malloryHonest.makeDirectory(path(deep("/m/s1/n")));
            HostileUser.refusal(renaming("/m/s1/c", deep("/m/s1/n") + "/c")).ifPresent(refusals::add);
            HostileUser.refusal(renaming("/m/s1/n", "/m/s1/c")).ifPresent(refusals::add);
        }
        assertThat(refusals)
                .isNotEmpty()
                .allSatisfy(refusal -> assertThat(refusal.kind())
                        .isIn(Refusal.Kind.BAD_NAME, Refusal.Kind.ALREADY_EXISTS, Refusal.Kind.NO_SUCH_FILE));
        assertThat(refusals).anyMatch(refusal -> refusal.kind() == Refusal.Kind.BAD_NAME);
        malloryHonest.remove(path("/m/s1"), true);
        everybodySeesTheTrash();
    }

    private Callable<?> renaming(String from, String to) {
        return () -> mallory.next(new Command.Rename(path(from), path(to)));
    }

    /** S1, another way: each rename alone is well, many at once move each other's directories. */
    @Test
    void renamesAtOnceMakeNoPathTooLong() throws Exception {
        int chains = 12;
        for (int chain = 0; chain < chains; chain++) {
            save(malloryHonest, path(half("/m/race/" + chain) + "/file"));
        }
        AtomicInteger next = new AtomicInteger();
        List<Refusal> refusals = HostileUser.atOnce(chains, () -> {
            int chain = next.getAndIncrement();
            return mallory.submit(new Command.Rename(
                    path("/m/race/" + chain), path(half("/m/race/" + (chain + 1) % chains) + "/" + chain)));
        });
        assertThat(refusals).isNotEmpty();
        malloryHonest.remove(path("/m/race"), true);
        everybodySeesTheTrash();
    }

    private static String half(String top) {
        return top + ("/" + LONG_NAME).repeat(6);
    }

    /**
     * S1, a third way: requests of 4 KiB that make 2,000 directories each, with a quota, which
     * counts each of them in all those above. Then the removal of all of them, for which many
     * callers of the trash wait.
     */
    @Test
    void deepDirectoriesAtOnceAndTheirRemoval() throws Exception {
        int callers = 12;
        AtomicInteger next = new AtomicInteger();
        List<Refusal> refusals = HostileUser.atOnce(
                callers,
                () -> mallory.submit(
                        new Command.MakeDirectory(path("/m/deep/" + next.getAndIncrement() + "/d".repeat(2_000)))));
        assertThat(refusals).allSatisfy(refusal -> assertThat(refusal.kind()).isEqualTo(Refusal.Kind.BUSY));
        assertThat(malloryHonest.list(path("/m/deep"))).isNotEmpty();

        mallory.next(new Command.Remove(path("/m/deep"), true));
        List<Refusal> ofTrash = HostileUser.atOnce(40, mallory::trash);
        assertThat(ofTrash).allSatisfy(refusal -> assertThat(refusal.kind()).isEqualTo(Refusal.Kind.BUSY));
        everybodySeesTheTrash();
    }

    /** S4: a page of 400 files below the longest directory that there may be. */
    @Test
    void pagesOfLongPathsAreRead() {
        String directory = deep("/m/long");
        malloryHonest.makeDirectory(path(directory));
        String rest = "/" + "y".repeat(200) + "-";
        AtomicInteger next = new AtomicInteger();
        HostileUser.atOnce(8, () -> {
            for (int file = next.getAndIncrement(); file < 400; file = next.getAndIncrement()) {
                save(malloryHonest, path(directory + rest + file));
            }
            return null;
        });
        malloryHonest.remove(path("/m/long"), true);
        everybodySeesTheTrash();
        assertThat(trash(malloryHonest)).hasSizeGreaterThanOrEqualTo(400);
    }

    /** S5: records of files that nobody stored, or that are larger than what was stored. */
    @Test
    void aRecordIsOfWhatWasStored() throws Exception {
        NodeId node = cluster.ids().getFirst();
        RemotePath path = path("/m/phantom");
        byte[] bytes = {1, 2, 3, 4, 5, 6, 7};
        HostileUser.Open stored = mallory.reserve(1);
        StoreReceipt receipt =
                Objects.requireNonNull(mallory.store(node, cluster.node(node).address(), stored, CHUNK, path, bytes)
                        .holders()
                        .getFirst()
                        .receipt());
        List<Command.Proof> proofs =
                List.of(new Command.Proof(Checksums.of(bytes), Sha256.of(bytes), List.of(receipt)));
        List<Command.Reliance> relied = List.of(new Command.Reliance(node, 0));
        long fiftyPebibytes = CHUNK.bytes() * (1L << 30);
        for (long size : new long[] {fiftyPebibytes, 1L << 50, 1L << 40, 4L * CHUNK.bytes(), 8, 6, 0}) {
            for (int attempt = 0; attempt < 20; attempt++) {
                FileId file =
                        attempt % 2 == 0 ? stored.file() : mallory.reserve(1).file();
                List<Command.Reliance> claimed = attempt % 4 < 2 ? relied : List.of();
                List<Command.Proof> claimedProofs = attempt % 8 < 4 ? proofs : List.of();
                assertThat(HostileUser.refusal(
                                () -> mallory.next(commit(file, path, size, claimed, bytes, claimedProofs))))
                        .as("%d bytes, attempt %d", size, attempt)
                        .isPresent();
            }
        }
        assertThat(HostileUser.refusal(
                        () -> mallory.next(commit(stored.file(), path, bytes.length, relied, bytes, proofs))))
                .isEmpty();
        FileRecord record = ((NameEntry.File) admin.stat(path)).record();
        assertThat(record.owner()).isEqualTo("mallory");
        assertThat(record.mode()).isEqualTo(0777);
        assertThat(record.size()).isEqualTo(bytes.length);
        assertThat(admin.list(HERS))
                .noneMatch(entry ->
                        entry instanceof NameEntry.File file && file.record().size() > bytes.length);
    }

    private static Command.Commit commit(
            FileId file,
            RemotePath path,
            long size,
            List<Command.Reliance> relied,
            byte[] bytes,
            List<Command.Proof> proofs) {
        return new Command.Commit(
                file, path, size, Checksums.of(bytes), Instant.now(), "root", 04777, relied, Sha256.of(bytes), proofs);
    }

    /** S6: as many begun stores at each node as it has places. */
    @Test
    void idleStoresDoNotKeepOthersOut() throws IOException {
        holdStores(0);
    }

    /** S6, another way: at a rate that is tolerated, and each that is ended comes back. */
    @Test
    void slowStoresDoNotKeepOthersOut() throws IOException {
        holdStores(64 << 10);
    }

    /** @param pieceBytes sent every 0.9 s on each connection, or 0 for none */
    private void holdStores(int pieceBytes) throws IOException {
        int perNode = 24;
        HostileUser.Open open = mallory.reserve(1);
        int[] number = {1};
        List<Optional<Connection>> held = new ArrayList<>();
        int reopened = 0;
        try {
            for (int place = 0; place < perNode * cluster.ids().size(); place++) {
                held.add(Optional.of(beginStore(open, number, place)));
            }
            int before = alice.operations();
            long end = System.nanoTime() + HELD.toNanos();
            ByteBuffer piece = ByteBuffer.allocate(Math.max(1, pieceBytes));
            int[] sums = BlockSums.checksums(piece.duplicate());
            while (System.nanoTime() - end < 0) {
                long round = System.nanoTime();
                for (int place = 0; pieceBytes > 0 && place < held.size(); place++) {
                    try {
                        held.get(place).orElseThrow().sendPiece(piece.duplicate(), sums);
                    } catch (IOException _) {
                        held.get(place).orElseThrow().close();
                        held.set(place, Optional.of(beginStore(open, number, place)));
                        reopened++;
                    }
                }
                LockSupport.parkNanos(900_000_000 - (System.nanoTime() - round));
            }
            assertThat(reopened)
                    .as("a store is ended for somebody who waits, and not refused")
                    .isLessThan(held.size() / 2);
            assertThat(alice.operations()).isGreaterThan(before + 3);
        } finally {
            held.forEach(each -> each.ifPresent(Connection::close));
        }
    }

    private Connection beginStore(HostileUser.Open open, int[] number, int place) throws IOException {
        NodeId node = cluster.ids().get(place % cluster.ids().size());
        return mallory.beginChunk(node, cluster.node(node).address(), open, number[0]++, CHUNK, path("/m/slow"));
    }
}
