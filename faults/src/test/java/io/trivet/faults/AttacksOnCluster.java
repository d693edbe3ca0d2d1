package io.trivet.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.chunk.DiskPaths;
import io.trivet.client.Account;
import io.trivet.client.ClientOptions;
import io.trivet.client.ClusterStatus;
import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.faults.machine.Abilities;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.FileId;
import io.trivet.model.Grant;
import io.trivet.model.NameEntry;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.TrashedFile;
import io.trivet.node.NamespaceRestore;
import io.trivet.rescue.CopiedNames;
import io.trivet.rescue.KnownNames;
import io.trivet.rescue.Rescue;
import io.trivet.rescue.RescueListener;
import io.trivet.rescue.RescuedFile;
import io.trivet.wire.credentials.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An ordinary user, with rights at one directory, attacks three masters. Meanwhile another user
 * goes on: every operation is done within {@link #SLOWEST}, and half of them within {@link #USUAL}.
 * After each attack no node has died, no seat is lost, a backup can be restored, and a rescue reads
 * it as the copy of the namespace and finds the other user's files. Each test uses names of its own.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
abstract class AttacksOnCluster {
    /** Large, so that a slow store of one lasts as long as a test. */
    static final ChunkSize CHUNK = new ChunkSize(8 << 20);

    /**
     * For a busy machine of two cores, which runs the nodes, the attack and the user. A place for a
     * transfer is given by others after two seconds, so a save takes so long at worst on any machine.
     */
    static final Duration SLOWEST = Duration.ofSeconds(5);

    private static final Duration USUAL = Duration.ofSeconds(1);

    private static final Duration HELD = Duration.ofSeconds(5);
    private static final Duration START = Duration.ofSeconds(60);
    static final Account ALICE = new Account("alice", Secret.random());
    static final Account MALLORY = new Account("mallory", Secret.random());
    static final RemotePath HERS = RemotePath.parse("/m");
    static final String LONG_NAME = "x".repeat(RemotePath.MAX_SEGMENT);

    Path base;
    ProcessCluster cluster;
    TrivetClient admin;
    HostileUser mallory;
    TrivetClient malloryHonest;
    HonestUser alice;

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        base = directory;
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
    void end() {
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

    ClientOptions options(Account account) {
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
        rescueFindsTheFilesOfOthers(backup);
    }

    /** The copy of the namespace that a node keeps on a disk is what a backup is. */
    private void rescueFindsTheFilesOfOthers(Path backup) throws IOException {
        Path copy = Files.createTempDirectory(base, "copy");
        Files.copy(backup, new DiskPaths(copy).namespaceCopy());
        List<Path> disks = cluster.ids().stream()
                .flatMap(id -> cluster.node(id).disks().stream())
                .toList();
        List<Path> copies = Stream.concat(disks.stream(), Stream.of(copy)).toList();
        List<String> troubles = new ArrayList<>();
        CopiedNames names = CopiedNames.newest(copies, troubles::add).orElseThrow();
        assertThat(troubles).isEmpty();
        Map<String, RescuedFile.Outcome> found = new ConcurrentHashMap<>();
        new Rescue(disks, Files.createTempDirectory(base, "rescued"), new HersAlone(names), new Found(found)).run();
        Iterable<NameEntry> hers = admin.list(path("/a"));
        assertThat(hers)
                .isNotEmpty()
                .allSatisfy(entry -> assertThat(found.get("/a/" + entry.name()))
                        .as(entry.name())
                        .isInstanceOf(RescuedFile.Outcome.Whole.class));
    }

    /** The names of alice: to write what the attacker has would take longer than the attack. */
    private record HersAlone(KnownNames names) implements KnownNames {
        @Override
        public Optional<ClusterId> cluster() {
            return names.cluster();
        }

        @Override
        public List<Claim> claims(FileId content) {
            List<Claim> hers = names.claims(content).stream()
                    .filter(claim -> !(claim instanceof Claim.Named named) || isHers(named))
                    .toList();
            return hers.isEmpty() ? List.of(new Claim.Gone()) : hers;
        }

        @Override
        public List<Claim.Named> all() {
            return names.all().stream().filter(HersAlone::isHers).toList();
        }

        private static boolean isHers(Claim.Named named) {
            return named.path().startsWith(path("/a"));
        }
    }

    private record Found(Map<String, RescuedFile.Outcome> files) implements RescueListener {
        @Override
        public void surveyed(long replicas) {
            // The results say enough.
        }

        @Override
        public void began(long bytes) {
            // As above.
        }

        @Override
        public void passed(long bytes) {
            // As above.
        }

        @Override
        public void trouble(String what) {
            // A chunk that is stored at this moment may be gone; what that means, the results say.
        }

        @Override
        public void file(RescuedFile file) {
            files.merge(
                    file.path(),
                    file.outcome(),
                    (one, other) -> one instanceof RescuedFile.Outcome.Whole ? one : other);
        }
    }

    static RemotePath path(String text) {
        return RemotePath.parse(text);
    }

    /** A path of 14 long names: as long as a path may be, but for some 500 bytes. */
    static String deep(String top) {
        return top + ("/" + LONG_NAME).repeat(14);
    }

    static void save(TrivetClient client, RemotePath path) {
        try {
            client.save(new ByteArrayInputStream(new byte[0]), path, Progress.NONE);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Others list the trash and see the status, each call in time, and no name of mallory's. */
    void everybodySeesTheTrash() {
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

    static List<TrashedFile> trash(TrivetClient client) {
        List<TrashedFile> files = new ArrayList<>();
        Iterator<TrashedFile> pages = client.trash().files().iterator();
        while (inTime("a page of the trash", pages::hasNext)) {
            files.add(pages.next());
        }
        return files;
    }

    static <T> T inTime(String what, Supplier<T> call) {
        long begin = System.nanoTime();
        T result = call.get();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).as(what).isLessThan(SLOWEST);
        return result;
    }
}
