package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.client.FileEdit;
import io.trivet.client.Progress;
import io.trivet.client.RemoteOutput;
import io.trivet.client.TrivetClient;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterView;
import io.trivet.model.Debt;
import io.trivet.model.FileId;
import io.trivet.model.Layout;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.model.Slot;
import io.trivet.repair.RepairSettings;
import io.trivet.wire.Connector;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replicas that are lost, misplaced or left behind, on real nodes. */
class RepairTest {
    private static final ChunkSize CHUNK = new ChunkSize(64 << 10);
    private static final int CHUNKS = 12;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final MaintenanceSettings PROMPT = MaintenanceSettings.USUAL.with(
            new RepairSettings(Duration.ofSeconds(6), Duration.ofSeconds(2), Duration.ofMillis(200), 200L << 20));
    private static final MaintenanceSettings PATIENT = MaintenanceSettings.USUAL.with(
            new RepairSettings(Duration.ofMinutes(10), Duration.ofSeconds(2), Duration.ofMillis(200), 200L << 20));

    @TempDir
    Path base;

    /** A chunk's file on a node. */
    private record Replica(ChunkId chunk, Slot slot, NodeId node, Path file) {}

    private Path save(TrivetClient client, String name) throws IOException {
        byte[] bytes = new byte[CHUNKS * CHUNK.bytes() - 99];
        new Random(name.hashCode()).nextBytes(bytes);
        Path source = Files.write(base.resolve(name), bytes);
        client.save(source, RemotePath.parse("/" + name), Progress.NONE);
        return source;
    }

    private void loads(TrivetClient client, String name) throws IOException {
        Path target = base.resolve("loaded");
        client.load(RemotePath.parse("/" + name), target, Progress.NONE);
        assertThat(Files.mismatch(base.resolve(name), target)).isEqualTo(-1);
    }

    private static List<Replica> replicas(LocalCluster cluster, int nodes) {
        return Stream.iterate(0, number -> number + 1)
                .limit(nodes)
                .map(NodeId::new)
                .flatMap(node -> replicas(node, cluster.data(node).resolve("chunks")).stream())
                .toList();
    }

    private static List<Replica> replicas(NodeId node, Path chunks) {
        try (Stream<Path> files = Files.walk(chunks)) {
            return files.filter(file -> file.getFileName().toString().contains(".part"))
                    .map(file -> new Replica(
                            chunk(file.getFileName().toString()),
                            new Slot(Integer.parseInt(
                                    file.getParent().getFileName().toString())),
                            node,
                            file))
                    .toList();
        } catch (UncheckedIOException | IOException e) {
            return List.of();
        }
    }

    private static ChunkId chunk(String name) {
        return new ChunkId(
                FileId.parse(name.substring(0, FileId.TEXT_LENGTH)),
                Integer.parseInt(name.substring(name.indexOf(".part") + 5)));
    }

    /** Whether every chunk is on the homes of its slot and nowhere else. */
    private static boolean isAtHome(LocalCluster cluster, int nodes, ClusterView view, int chunks) {
        Layout layout = view.layout();
        Map<ChunkId, TreeSet<NodeId>> there = new TreeMap<>();
        Map<ChunkId, Slot> slots = new TreeMap<>();
        for (Replica replica : replicas(cluster, nodes)) {
            there.computeIfAbsent(replica.chunk(), _ -> new TreeSet<>()).add(replica.node());
            slots.put(replica.chunk(), replica.slot());
        }
        return there.size() == chunks
                && there.entrySet().stream()
                        .allMatch(entry ->
                                entry.getValue().equals(new TreeSet<>(layout.homes(slots.get(entry.getKey())))));
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not in time: " + what);
            }
            LockSupport.parkNanos(50_000_000);
        }
    }

    private static void awaitNothingOwed(TrivetClient client) {
        Debt[] last = new Debt[1];
        try {
            await("nothing is owed, checked", () -> {
                last[0] = client.cluster().debt();
                return last[0].checked() && last[0].owed() == 0 && last[0].surplus() == 0;
            });
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + ": " + last[0], e);
        }
        assertThat(last[0].asOf()).isNotNull();
        assertThat(last[0].reason()).isEmpty();
    }

    private static void report(LocalCluster cluster, Replica replica) throws IOException {
        Slot first = replica.slot().plus(Slot.COUNT - (replica.chunk().number() - 1));
        try (Connector connector = cluster.connectorAs(replica.node())) {
            connector.call(
                    cluster.node(replica.node()).address(),
                    new RequestEnvelope(replica.node(), new Request.ReportChunk(replica.chunk(), first, "a test")),
                    Duration.ofSeconds(5));
        }
    }

    /**
     * With the usual settings the next listing comes late: the verification must report the loss.
     */
    @Test
    void aFileThatWasDeletedBehindTheStoresBackComesBackOnceItIsVerified() throws IOException {
        try (LocalCluster cluster = LocalCluster.inFiles(base.resolve("cluster"), 3, CHUNK);
                TrivetClient client = cluster.client()) {
            save(client, "gone");
            await(
                    "all is checked",
                    () -> client.cluster().debt().checked()
                            && client.cluster().debt().owed() == 0);
            Path file = replicas(cluster, 3).getFirst().file();
            Files.delete(file);
            client.replicas().verify(RemotePath.parse("/gone"));
            await("the replica is back", () -> Files.exists(file));
            loads(client, "gone");
        }
    }

    @Test
    void aReplicaThatVanishedOrRottedIsMadeAgain() throws IOException {
        try (LocalCluster cluster = LocalCluster.inFiles(base.resolve("c"), 3, CHUNK, PATIENT);
                TrivetClient client = cluster.client()) {
            save(client, "file");
            awaitNothingOwed(client);
            List<Replica> replicas = replicas(cluster, 3);
            Replica vanished = replicas.getFirst();
            Files.delete(vanished.file());
            report(cluster, vanished);
            Replica rotten = replicas.getLast();
            try (FileChannel file = FileChannel.open(rotten.file(), StandardOpenOption.WRITE)) {
                file.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}), 1000);
            }
            report(cluster, rotten);
            Path quarantine = cluster.data(rotten.node()).resolve("quarantine");
            await("the bad replica is in quarantine", () -> quarantine.toFile().list().length > 0);
            await(
                    "all are at home again",
                    () -> isAtHome(cluster, 3, client.cluster().status().view(), CHUNKS));
            awaitNothingOwed(client);
            loads(client, "file");
        }
    }

    /**
     * Nodes that agree with each other cannot detect a chunk that none of them has; the census can.
     */
    @Test
    void aChunkThatNoNodeHoldsIsOwedAndNamedUntilItsFileIsRemoved() throws IOException {
        try (LocalCluster cluster = LocalCluster.inFiles(base.resolve("c"), 3, CHUNK, PATIENT);
                TrivetClient client = cluster.client()) {
            save(client, "lost");
            save(client, "kept");
            awaitNothingOwed(client);
            ChunkId chunk = replicas(cluster, 3).getFirst().chunk();
            List<Replica> gone = replicas(cluster, 3).stream()
                    .filter(replica -> replica.chunk().equals(chunk))
                    .toList();
            for (Replica replica : gone) {
                Files.delete(replica.file());
                report(cluster, replica);
            }
            await(
                    "the loss is checked",
                    () -> client.cluster().debt().checked()
                            && client.cluster().debt().missing() == 1);
            assertThat(client.cluster().debt().owed()).isEqualTo(2);
            assertThat(client.cluster().debt().named().getFirst().chunk()).isEqualTo(chunk);
            client.remove(client.cluster().debt().named().getFirst().path(), false);
            awaitNothingOwed(client);
        }
    }

    /** The census counts the chunks of each content of a changed file. */
    @Test
    void everyChunkOfAChangedFileIsMissedAndMadeAgain() throws IOException {
        try (LocalCluster cluster = LocalCluster.inFiles(base.resolve("c"), 3, CHUNK, PATIENT);
                TrivetClient client = cluster.client()) {
            save(client, "changed");
            ChunkId changed;
            try (FileEdit edit = client.edit(RemotePath.parse("/changed"))) {
                edit.write(CHUNK.bytes() + 5L, ByteBuffer.wrap(new byte[] {1, 2, 3}));
                changed = edit.commit().chunk(2);
            }
            awaitNothingOwed(client);
            List<Replica> two = replicas(cluster, 3).stream()
                    .filter(replica -> replica.chunk().equals(changed))
                    .toList();
            assertThat(two).hasSize(2);
            Files.delete(two.getFirst().file());
            report(cluster, two.getFirst());
            await(
                    "it is made again",
                    () -> replicas(cluster, 3).stream()
                                    .filter(replica -> replica.chunk().equals(changed))
                                    .count()
                            == 2);
            awaitNothingOwed(client);
            for (Replica replica : two) {
                Files.delete(replica.file());
                report(cluster, replica);
            }
            await(
                    "the loss is checked",
                    () -> client.cluster().debt().checked()
                            && client.cluster().debt().missing() == 1);
            assertThat(client.cluster().debt().named().getFirst().chunk()).isEqualTo(changed);
            assertThat(client.cluster().debt().named().getFirst().path()).isEqualTo(RemotePath.parse("/changed"));
        }
    }

    /**
     * Rule 7: a node lost a replica after its acknowledgement and before the commit. The commit is
     * answered "check again"; then the client has the replica made again, so that what is
     * acknowledged in the end is on two nodes.
     */
    @Test
    void aCommitThatReliedOnALostReplicaIsSentAgainAfterChecking() throws IOException {
        try (LocalCluster cluster = LocalCluster.inFiles(base.resolve("c"), 3, CHUNK, PATIENT);
                TrivetClient client = cluster.client()) {
            save(client, "before");
            byte[] bytes = new byte[CHUNKS * CHUNK.bytes() - 99];
            new Random(7).nextBytes(bytes);
            try (RemoteOutput out = client.create(RemotePath.parse("/open"))) {
                out.write(bytes);
                lose(cluster, client, openReplicas(cluster).subList(0, 1));
                out.commit();
            }
            assertThat(openReplicas(cluster)).hasSize(2 * CHUNKS);
            Files.write(base.resolve("open"), bytes);
            loads(client, "open");
        }
    }

    /**
     * Rule 7: no replica is left, so the commit is not acknowledged, and the name does not exist.
     */
    @Test
    void aCommitThatReliedOnNothingButLostReplicasIsRefused() throws IOException {
        try (LocalCluster cluster = LocalCluster.inFiles(base.resolve("c"), 3, CHUNK, PATIENT);
                TrivetClient client = cluster.client()) {
            try (RemoteOutput out = client.create(RemotePath.parse("/open"))) {
                out.write(new byte[CHUNKS * CHUNK.bytes()]);
                ChunkId chunk = openReplicas(cluster).getFirst().chunk();
                lose(
                        cluster,
                        client,
                        openReplicas(cluster).stream()
                                .filter(replica -> replica.chunk().equals(chunk))
                                .toList());
                assertThatThrownBy(out::commit).hasMessageContaining("lost before the commit");
            }
            assertThatThrownBy(() -> loads(client, "open")).hasMessageContaining("no such file");
        }
    }

    /** The replicas of the file with the highest id, which is being saved. */
    private static List<Replica> openReplicas(LocalCluster cluster) {
        List<Replica> all = replicas(cluster, 3);
        FileId newest = all.stream()
                .map(replica -> replica.chunk().file())
                .max(FileId::compareTo)
                .orElseThrow();
        return all.stream()
                .filter(replica -> replica.chunk().file().equals(newest))
                .toList();
    }

    /** Deletes replicas and reports the loss; on return the namespace knows it. */
    private static void lose(LocalCluster cluster, TrivetClient client, List<Replica> replicas) throws IOException {
        for (Replica replica : replicas) {
            Files.delete(replica.file());
            report(cluster, replica);
        }
        for (Replica replica : replicas) {
            await(
                    "the loss of " + replica.node() + " is known",
                    () -> client.cluster()
                                    .status()
                                    .view()
                                    .node(replica.node())
                                    .orElseThrow()
                                    .lossEpoch()
                            > 0);
        }
    }

    /**
     * Rule 6: stand-ins remove a replica only once the homes have it; afterwards every chunk is at
     * its homes and nowhere else.
     */
    @Test
    void whatStandInsTookGoesHomeWhenTheNodeReturns() throws IOException {
        try (LocalCluster cluster = LocalCluster.inFiles(base.resolve("c"), 4, CHUNK, PATIENT);
                TrivetClient client = cluster.client()) {
            cluster.stop(new NodeId(3));
            save(client, "file");
            await(
                    "what the silent node should hold is owed",
                    () -> client.cluster().debt().owed() > 0);
            await("what it should hold is not said to be checked", () -> {
                Debt debt = client.cluster().debt();
                return debt.owed() > 0 && !debt.checked();
            });
            await("the reason is said", () -> client.cluster().debt().reason().contains("n3"));
            cluster.restart(new NodeId(3));
            await(
                    "all are at home",
                    () -> isAtHome(cluster, 4, client.cluster().status().view(), CHUNKS));
            awaitNothingOwed(client);
            loads(client, "file");
        }
    }

    @Test
    void aNodeThatIsGoneIsLaidOutAndOneThatIsBackIsLaidIn() throws IOException {
        NodeId gone = new NodeId(3);
        try (LocalCluster cluster = LocalCluster.inFiles(base.resolve("c"), 4, CHUNK, PROMPT);
                TrivetClient client = cluster.client()) {
            save(client, "file");
            cluster.stop(gone);
            await(
                    "n3 is laid out",
                    () -> !client.cluster().status().view().layout().nodes().contains(gone));
            awaitNothingOwed(client);
            ClusterView without = client.cluster().status().view();
            assertThat(isAtHomeOf(cluster, 3, without)).isTrue();
            await(
                    "the layout is settled",
                    () -> client.cluster().status().view().layouts().size() == 1);
            cluster.restart(gone);
            await(
                    "n3 is laid in",
                    () -> client.cluster().status().view().layout().nodes().contains(gone));
            await(
                    "all are at home",
                    () -> isAtHome(cluster, 4, client.cluster().status().view(), CHUNKS));
            awaitNothingOwed(client);
            await(
                    "the layout is settled",
                    () -> client.cluster().status().view().layouts().size() == 1);
            loads(client, "file");
        }
    }

    private static boolean isAtHomeOf(LocalCluster cluster, int nodes, ClusterView view) {
        return isAtHome(cluster, nodes, view, CHUNKS);
    }

    /**
     * Only existing files are pulled: a removed file does not return, whichever nodes still hold
     * its chunks.
     */
    @Test
    void aRemovedFileIsNotMadeAgain() throws IOException {
        try (LocalCluster cluster = LocalCluster.inFiles(base.resolve("c"), 3, CHUNK, PATIENT);
                TrivetClient client = cluster.client()) {
            save(client, "file");
            awaitNothingOwed(client);
            client.remove(RemotePath.parse("/file"), false);
            Replica vanished = replicas(cluster, 3).getFirst();
            Files.delete(vanished.file());
            report(cluster, vanished);
            await(
                    "the loss is known",
                    () -> client.cluster()
                                    .status()
                                    .view()
                                    .node(vanished.node())
                                    .orElseThrow()
                                    .lossEpoch()
                            > 0);
            awaitNothingOwed(client);
            assertThat(vanished.file()).doesNotExist();
        }
    }

    @Test
    void aTrialThatGrowsGetsItsSecondReplica() throws IOException {
        try (LocalCluster cluster = LocalCluster.inFiles(base.resolve("c"), 1, CHUNK, PROMPT);
                TrivetClient client = cluster.client()) {
            save(client, "file");
            cluster.join();
            await(
                    "there are two replicas",
                    () -> client.cluster().status().view().layout().replicas() == 2);
            await(
                    "all are at home",
                    () -> isAtHome(cluster, 2, client.cluster().status().view(), CHUNKS));
            awaitNothingOwed(client);
        }
    }
}
