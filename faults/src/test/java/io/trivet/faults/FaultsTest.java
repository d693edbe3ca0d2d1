package io.trivet.faults;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.faults.history.Linearizability;
import io.trivet.faults.history.Recorder;
import io.trivet.faults.machine.Abilities;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The short fixed set: three processes, which the tests share and leave healthy. Each test uses
 * names of its own.
 */
@Timeout(120)
class FaultsTest {
    private static final int CHUNK = 256 << 10;
    private static final long SEED = 20260731;

    /** Of a client in a history, slow enough that it lasts through all faults and can be checked. */
    private static final int MAX_STEPS = 500;

    private static final long BETWEEN_STEPS_NANOS = 60_000_000;

    @TempDir
    static Path base;

    private static ProcessCluster cluster;

    @BeforeAll
    static void start() throws IOException {
        cluster = ProcessCluster.start(base, 3, CHUNK, Abilities.ofThisMachine().withoutPowerLoss());
        cluster.ground().abilities().missing().forEach(System.out::println);
    }

    @AfterAll
    static void end() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @AfterEach
    void heal() throws IOException {
        cluster.heal();
    }

    private static RemotePath path(String text) {
        return RemotePath.parse(text);
    }

    private static void save(TrivetClient client, RemotePath path, Content content) throws IOException {
        client.save(new ByteArrayInputStream(content.bytes()), path, Progress.NONE);
    }

    private static Map<RemotePath, Content> savedSizes(TrivetClient client) throws IOException {
        Map<RemotePath, Content> saved = new TreeMap<>();
        for (int size : new int[] {0, 1, CHUNK, CHUNK + 1, 10 * CHUNK}) {
            Content content = Content.of(SEED + size, size);
            save(client, path("/sizes/" + size), content);
            saved.put(path("/sizes/" + size), content);
        }
        return saved;
    }

    /** One client knows the node, another is new: neither fails. */
    @Test
    void everyFileLoadsWhileAnyOneNodeIsDead() throws IOException {
        try (TrivetClient old = cluster.client()) {
            Map<RemotePath, Content> saved = savedSizes(old);
            for (NodeId node : cluster.ids()) {
                cluster.node(node).kill();
                try (TrivetClient fresh = cluster.client()) {
                    loadAll(old, saved);
                    loadAll(fresh, saved);
                }
                cluster.heal();
            }
        }
    }

    private static void loadAll(TrivetClient client, Map<RemotePath, Content> saved) throws IOException {
        for (Map.Entry<RemotePath, Content> file : saved.entrySet()) {
            Worker.loadToStream(client, file.getKey(), file.getValue());
        }
    }

    /** Kills a node once this many bytes were read from it. */
    private static final class Killing extends FilterInputStream {
        private final NodeId node;
        private int left;

        Killing(InputStream source, int after, NodeId node) {
            super(source);
            this.left = after;
            this.node = node;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            if (left > 0 && (left -= Math.max(0, read)) <= 0) {
                cluster.node(node).kill();
            }
            return read;
        }
    }

    @Test
    void saveDuringWhichANodeDiesIsWholeOrNotThere() throws IOException {
        try (TrivetClient client = cluster.client()) {
            for (NodeId node : cluster.ids()) {
                RemotePath target = path("/during-" + node);
                Content old = Content.of(1, 3 * CHUNK);
                Content content = Content.of(2, 8 * CHUNK + 5);
                save(client, target, old);
                Content expected = content;
                try (InputStream source = new ByteArrayInputStream(content.bytes())) {
                    client.save(new Killing(source, 3 * CHUNK, node), target, Progress.NONE);
                } catch (TrivetException e) {
                    expected = old;
                }
                Worker.loadToStream(client, target, expected);
                cluster.heal();
            }
        }
    }

    /** Two of three nodes live, and one of them leads: nobody notices. */
    @Test
    void saveSucceedsAlthoughAFollowerDiesInItsMiddle() throws IOException {
        NodeId leader = cluster.leader().orElseThrow();
        try (TrivetClient client = cluster.client()) {
            for (NodeId follower : cluster.ids()) {
                if (follower.equals(leader)) {
                    continue;
                }
                RemotePath target = path("/despite-" + follower);
                Content content = Content.of(follower.number(), 8 * CHUNK + 5);
                try (InputStream source = new ByteArrayInputStream(content.bytes())) {
                    client.save(new Killing(source, 3 * CHUNK, follower), target, Progress.NONE);
                }
                assertThat(cluster.node(follower).isAlive()).isFalse();
                Worker.loadToStream(client, target, content);
                cluster.heal();
            }
        }
    }

    /**
     * A node that hangs is worse than a dead one: its sockets take bytes, and nothing comes back.
     * It is waited for once, not by every save.
     */
    @Test
    void savesGoOnWhileANodeStandsStill() throws IOException {
        NodeId leader = cluster.leader().orElseThrow();
        NodeId follower = cluster.ids().stream()
                .filter(node -> !node.equals(leader))
                .findFirst()
                .orElseThrow();
        try (TrivetClient client = cluster.client()) {
            savedSizes(client);
            cluster.node(follower).pause();
            long begin = System.nanoTime();
            for (int number = 0; number < 20; number++) {
                Content content = Content.of(number, number * 30_000);
                save(client, path("/still/" + number), content);
                Worker.loadToStream(client, path("/still/" + number), content);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
        }
    }

    @Test
    void everythingAcknowledgedIsThereAfterAllWereKilledAtOnce() throws IOException {
        RunFigures runFigures = new RunFigures();
        try (Workload workload = new Workload(cluster, "all", 3, 0, base, WorkMix.of(CHUNK), SEED, runFigures)) {
            for (int round = 0; round < 2; round++) {
                awaitOperations(runFigures, runFigures.operations() + 60);
                cluster.killAll();
                cluster.heal();
                try (Audit audit = new Audit(cluster, Set.of(), runFigures)) {
                    workload.standStill(() -> workload.check(audit));
                    assertThat(audit.files()).isPositive();
                }
            }
        }
        assertThat(runFigures.violations()).isEmpty();
    }

    private static void awaitOperations(RunFigures runFigures, long count) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (runFigures.operations() < count && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(10_000_000);
        }
        assertThat(runFigures.operations())
                .as("%s %s", runFigures.failures(), runFigures.violations())
                .isGreaterThanOrEqualTo(count);
    }

    /** Of each kind that this machine can. */
    private static List<Fault> oneOfEachKind() throws IOException {
        NodeId one = new NodeId(1);
        NodeId other = new NodeId(2);
        Abilities abilities = cluster.ground().abilities();
        List<Fault> faults = new ArrayList<>(List.of(
                new Fault.KillLeader(ofMillis(500)),
                new Fault.PauseLeader(ofMillis(1500)),
                new Fault.FlipBit(one, Fault.Part.DATA, ofMillis(10)),
                new Fault.FlipBit(one, Fault.Part.TRAILER, ofMillis(10)),
                new Fault.Truncate(one, ofMillis(10)),
                new Fault.Delete(one, ofMillis(10)),
                new Fault.UnplugDisk(other, false, ofMillis(500))));
        if (abilities.network()) {
            faults.add(new Fault.IsolateLeader(Fault.Reach.NODES, ofMillis(4000)));
            faults.add(new Fault.Isolate(one, Fault.Reach.NODES_AND_CLIENTS, ofMillis(1500)));
            faults.add(new Fault.Mute(one, ofMillis(1500)));
            faults.add(new Fault.Deafen(other, ofMillis(1500)));
            faults.add(new Fault.CutLink(one, other, ofMillis(1500)));
            faults.add(new Fault.SlowLink(other, 4000, ofMillis(1000)));
        }
        if (abilities.volumes()) {
            faults.add(new Fault.FillDisks(other, ofMillis(1500)));
        }
        if (abilities.clock().isPresent()) {
            faults.add(new Fault.JumpClock(one, Duration.ofHours(-30), ofMillis(1500)));
        }
        faults.add(new Fault.WipeDisk(one, ofMillis(500)));
        return faults;
    }

    @Test
    void everyKindOfFaultLosesNothing() throws IOException {
        Report report = new FaultRun(
                        cluster,
                        new FaultRun.Settings(
                                "mixed",
                                SEED,
                                3,
                                3,
                                base,
                                WorkMix.of(CHUNK),
                                Duration.ofSeconds(75),
                                Duration.ofSeconds(60),
                                0,
                                Duration.ZERO),
                        oneOfEachKind(),
                        System.out::println)
                .run();
        assertThat(report.violations()).as("seed %d", SEED).isEmpty();
    }

    /** One night of a small lab each, as far as this machine can. */
    @Test
    @Timeout(300)
    void disastersLoseNothing() throws IOException {
        Abilities abilities = cluster.ground().abilities();
        List<Fault> disasters = new ArrayList<>();
        if (abilities.volumes()) {
            disasters.add(new Fault.FillMasters(ofMillis(1500)));
        }
        if (abilities.clock().isPresent()) {
            disasters.add(new Fault.JumpLeaderClock(Duration.ofDays(1), ofMillis(1500)));
        }
        disasters.add(new Fault.SnapshotReturned(new NodeId(1), ofMillis(2000), ofMillis(100)));
        disasters.add(new Fault.Restore(List.of(new NodeId(2)), ofMillis(1000)));
        Report report = new FaultRun(
                        cluster,
                        new FaultRun.Settings(
                                "disasters",
                                SEED,
                                3,
                                0,
                                base,
                                WorkMix.of(CHUNK),
                                Duration.ofSeconds(200),
                                Duration.ofSeconds(100),
                                0,
                                Duration.ofSeconds(60)),
                        disasters,
                        System.out::println)
                .run();
        assertThat(report.violations()).as("seed %d", SEED).isEmpty();
    }

    /** The leader that is cut off still hears its clients: what it tells them must not be old. */
    @Test
    void namespaceIsLinearizableWhileLeadersDieAndAreCutOff() throws Exception {
        RemotePath directory = path("/history");
        Recorder recorder = new Recorder(directory, 8);
        List<Thread> threads = new ArrayList<>();
        AtomicBoolean ended = new AtomicBoolean();
        try (TrivetClient client = cluster.client()) {
            client.makeDirectory(directory);
        }
        for (int number = 0; number < 4; number++) {
            int client = number;
            threads.add(Thread.ofPlatform().name("history-" + number).start(() -> record(recorder, client, ended)));
        }
        FaultInjector faultInjector = new FaultInjector(cluster, SEED);
        for (Fault fault : againstLeaders()) {
            awaitCalls(recorder, recorder.history().size() + 40);
            faultInjector.apply(fault);
            LockSupport.parkNanos(fault.lasting().toNanos());
            cluster.heal();
        }
        awaitCalls(recorder, recorder.history().size() + 40);
        ended.set(true);
        for (Thread thread : threads) {
            thread.join(Duration.ofSeconds(60));
        }
        assertThat(recorder.history().size()).isGreaterThan(120);
        assertThat(Linearizability.check(recorder.history()))
                .as("seed %d", SEED)
                .isEmpty();
    }

    private static List<Fault> againstLeaders() {
        Fault kill = new Fault.KillLeader(ofMillis(500));
        return cluster.ground().abilities().network()
                ? List.of(kill, new Fault.IsolateLeader(Fault.Reach.NODES, ofMillis(5000)))
                : List.of(kill, kill);
    }

    private static void awaitCalls(Recorder recorder, int count) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (recorder.history().size() < count && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(10_000_000);
        }
    }

    private static void record(Recorder recorder, int number, AtomicBoolean ended) {
        Random random = new Random(SEED + number);
        assertThatCode(() -> {
                    try (TrivetClient client = cluster.client()) {
                        for (int step = 0; step < MAX_STEPS && !ended.get(); step++) {
                            recorder.step(number, client, random);
                            LockSupport.parkNanos(BETWEEN_STEPS_NANOS);
                        }
                    }
                })
                .doesNotThrowAnyException();
    }
}
