package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.client.ClusterNodes;
import io.trivet.client.LayoutProposal;
import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.model.AdminState;
import io.trivet.model.ChunkSize;
import io.trivet.model.FileId;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.placement.LayoutRequest;
import io.trivet.repair.RepairSettings;
import io.trivet.wire.Connector;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nodes join, leave and change weight while files are saved and loaded. */
@Timeout(180)
class GrowthTest {
    private static final ChunkSize CHUNK = new ChunkSize(64 << 10);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final MaintenanceSettings PROMPT = MaintenanceSettings.USUAL.with(
            new RepairSettings(Duration.ofMinutes(10), Duration.ofSeconds(2), Duration.ofMillis(200), 200L << 20));

    @TempDir
    Path base;

    private final Map<String, byte[]> saved = new ConcurrentHashMap<>();

    private static void await(String what, BooleanSupplier condition) {
        await(() -> what, condition);
    }

    private static void await(Supplier<String> what, BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not in time: " + what.get());
            }
            LockSupport.parkNanos(50_000_000);
        }
    }

    private void save(TrivetClient client, String name, int bytes) {
        byte[] content = new byte[bytes];
        new Random(name.hashCode()).nextBytes(content);
        try {
            client.save(new ByteArrayInputStream(content), RemotePath.parse("/" + name), Progress.NONE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        saved.put(name, content);
    }

    /** Saves files of zero to five chunks, several at a time. */
    private void saveMany(TrivetClient client, String prefix, int count) {
        try (ExecutorService savers = Executors.newFixedThreadPool(8)) {
            List<Future<?>> saves = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String name = prefix + i;
                int bytes = new Random(name.hashCode()).nextInt(i % 4 == 0 ? 5 * CHUNK.bytes() : CHUNK.bytes() / 2);
                saves.add(savers.submit(() -> save(client, name, bytes)));
            }
            saves.forEach(GrowthTest::done);
        }
    }

    private static void done(Future<?> future) {
        try {
            future.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    private void loadsAll(TrivetClient client) {
        saved.forEach((name, content) -> {
            ByteArrayOutputStream loaded = new ByteArrayOutputStream();
            try {
                client.load(RemotePath.parse("/" + name), loaded, Progress.NONE);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            assertThat(Arrays.equals(loaded.toByteArray(), content)).as(name).isTrue();
        });
    }

    /** The names of the chunk files on disks, each with its nodes and its bytes there. */
    private static Map<String, Map<NodeId, Long>> replicas(LocalCluster cluster, int nodes) {
        Map<String, Map<NodeId, Long>> found = new HashMap<>();
        for (int number = 0; number < nodes; number++) {
            NodeId node = new NodeId(number);
            try (Stream<Path> files = Files.walk(cluster.data(node).resolve("chunks"))) {
                files.filter(file -> file.getFileName().toString().contains(".part")
                                && file.getFileName().toString().matches(".*part\\d+"))
                        .forEach(
                                file -> found.computeIfAbsent(file.getFileName().toString(), _ -> new TreeMap<>())
                                        .put(node, size(file)));
            } catch (UncheckedIOException | IOException e) {
                throw new AssertionError("a directory changed while it was listed", e);
            }
        }
        return found;
    }

    private static long size(Path file) {
        return file.toFile().length();
    }

    /** The bytes that nodes received since, of chunks that existed before. */
    private static long moved(Map<String, Map<NodeId, Long>> before, Map<String, Map<NodeId, Long>> after) {
        long bytes = 0;
        for (Map.Entry<String, Map<NodeId, Long>> chunk : before.entrySet()) {
            for (Map.Entry<NodeId, Long> replica :
                    after.getOrDefault(chunk.getKey(), Map.of()).entrySet()) {
                bytes += chunk.getValue().containsKey(replica.getKey()) ? 0 : replica.getValue();
            }
        }
        return bytes;
    }

    private static void awaitSettled(TrivetClient client, long version) {
        await(
                () -> "layout " + version + " is settled, nothing is owed: "
                        + client.cluster().debt(),
                () -> {
                    ClusterNodes now = client.layout().nodes();
                    return now.view().layouts().size() == 1
                            && now.view().layout().version() == version
                            && now.debt().checked()
                            && now.debt().owed() == 0
                            && now.debt().surplus() == 0;
                });
    }

    private static long apply(TrivetClient client, LayoutRequest layoutRequest) {
        LayoutProposal layoutProposal = client.layout().plan(layoutRequest);
        client.layout().apply(layoutProposal);
        return layoutProposal.layoutChange().layoutPlan().layout().version();
    }

    /** Used bytes per unit of weight differ by less than a tenth from their mean. */
    private static void isBalanced(LocalCluster cluster, TrivetClient client, int nodes) {
        ClusterNodes now = client.layout().nodes();
        Map<NodeId, Long> used = new TreeMap<>();
        replicas(cluster, nodes)
                .values()
                .forEach(chunk -> chunk.forEach((node, bytes) -> used.merge(node, bytes, Long::sum)));
        double all = used.values().stream().mapToLong(Long::longValue).sum();
        double weights = used.keySet().stream().mapToInt(now::weightPercent).sum();
        used.forEach((node, bytes) -> assertThat(bytes / (all * now.weightPercent(node) / weights))
                .as(used.toString() + " " + node)
                .isBetween(0.9, 1.1));
    }

    /**
     * Once removed, the node gets no keys of tokens and no answer about chunks, though its row
     * still exists.
     */
    private static void removedIsNotListenedTo(LocalCluster cluster, NodeId removed) {
        try (Connector gone = cluster.connectorAs(removed)) {
            for (Request request : List.of(
                    new Request.GetTokenKeys(), new Request.ListSlot(new Slot(0), null, 1), new Request.BackUp(0))) {
                await(request + " is refused", () -> {
                    try {
                        gone.call(
                                cluster.addresses().getFirst(), RequestEnvelope.toAny(request), Duration.ofSeconds(10));
                        return false;
                    } catch (TrivetException e) {
                        return e.kind() == Refusal.Kind.FORBIDDEN;
                    }
                });
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * One step of rebalancing while files are saved and read: moves what the plan announced, which
     * is the minimum.
     */
    private void step(LocalCluster cluster, TrivetClient client, int nodes, LayoutRequest layoutRequest, int round) {
        Map<String, Map<NodeId, Long>> before = replicas(cluster, nodes);
        long contents =
                saved.values().stream().mapToLong(content -> content.length).sum();
        long onDisks = before.values().stream()
                .flatMap(chunk -> chunk.values().stream())
                .mapToLong(Long::longValue)
                .sum();
        await("every node is heard", () -> {
            LayoutProposal plan = client.layout().plan(layoutRequest);
            return plan.unheard().isEmpty() && plan.unlisted().isEmpty();
        });
        LayoutProposal layoutProposal = client.layout().plan(layoutRequest);
        long planned = layoutProposal.plannedTraffic().total().size().bytes();
        client.layout().apply(layoutProposal);
        saveMany(client, "during-" + round + "-", 20);
        loadsAll(client);
        awaitSettled(client, layoutProposal.layoutChange().layoutPlan().layout().version());
        Map<String, Map<NodeId, Long>> after = replicas(cluster, nodes);
        // The plan counts content; the disks hold trailers as well.
        double trailers = onDisks / (2.0 * contents);
        assertThat(moved(before, after) / trailers).isBetween(planned * 0.95, planned * 1.05);
        assertThat(after.values()).allMatch(chunk -> chunk.size() == 2);
        loadsAll(client);
    }

    @Test
    void growsAndShrinksByTheLeastAndStaysBalanced() throws IOException {
        try (LocalCluster cluster = LocalCluster.inFiles(base.resolve("c"), 3, CHUNK, PROMPT);
                TrivetClient client = cluster.client()) {
            saveMany(client, "file-", 1000);
            isBalanced(cluster, client, 3);
            for (int nodes = 4; nodes <= 5; nodes++) {
                NodeId newcomer = cluster.join().id();
                await("it is seen", () -> client.layout().nodes().waiting().equals(List.of(newcomer)));
                LayoutProposal layoutProposal = client.layout().plan(new LayoutRequest.Balance());
                assertThat(layoutProposal.plannedTraffic().total().slots()).isEqualTo(2 * 2520 / nodes);
                assertThat(layoutProposal.obstacles()).isEmpty();
                step(cluster, client, nodes, new LayoutRequest.Balance(), nodes);
                isBalanced(cluster, client, nodes);
            }
            awaitSettled(
                    client,
                    apply(
                            client,
                            new LayoutRequest.Describe(
                                    List.of(new LayoutRequest.Description(new NodeId(4), 200, null)), false)));
            isBalanced(cluster, client, 5);
            for (int number = 4; number >= 3; number--) {
                NodeId leaving = new NodeId(number);
                step(cluster, client, 5, new LayoutRequest.Drain(leaving), 10 + number);
                await("it may be switched off", () -> {
                    ClusterNodes now = client.layout().nodes();
                    return now.maySwitchOff(now.view().node(leaving).orElseThrow());
                });
            }
            isBalanced(cluster, client, 3);
            awayAndForgotten(cluster, client);
        }
    }

    private void awayAndForgotten(LocalCluster cluster, TrivetClient client) {
        NodeId n3 = new NodeId(3);
        assertThat(replicas(cluster, 5).values().stream().flatMap(chunk -> chunk.keySet().stream()))
                .doesNotContain(n3, new NodeId(4));
        cluster.stop(n3);
        apply(client, new LayoutRequest.Remove(n3));
        removedIsNotListenedTo(cluster, n3);
        await("it is forgotten", () -> client.cluster().status().view().node(n3).isEmpty());
        loadsAll(client);
    }

    /** Otherwise a node that is started again would wait for a leader for ever. */
    @Test
    void aNodeThatWasRemovedLearnsItWhenItIsStartedAgain() throws IOException {
        try (LocalCluster cluster = LocalCluster.inFiles(base.resolve("c"), 3, CHUNK, PROMPT);
                TrivetClient client = cluster.client()) {
            NodeId n3 = cluster.join().id();
            cluster.stop(n3);
            await("it is down", () -> !client.layout().nodes().isReachable(n3));
            apply(client, new LayoutRequest.Remove(n3));
            await(
                    "it is forgotten",
                    () -> client.cluster().status().view().node(n3).isEmpty());
            try (TrivetNode again = TrivetNode.start(new NodeOptions(
                    cluster.data(n3), List.of(), Optional.empty(), new NodeOptions.Start.Restart(), PROMPT))) {
                assertThat(again.awaitReady(LIMIT)).isFalse();
                assertThat(again.isDismissed()).isTrue();
            }
        }
    }

    /** Rule 6: at no moment has a chunk fewer than two replicas on disks. */
    private static void keepsTwo(LocalCluster cluster, Set<String> chunks) {
        Set<String> suspects = new TreeSet<>(chunks);
        for (int look = 0; look < 5 && !suspects.isEmpty(); look++) {
            // A listing is not of one moment: a chunk may come to a node after that was listed, and
            // leave one listed later.
            Map<String, Map<NodeId, Long>> now = replicas(cluster, 4);
            suspects.removeIf(chunk -> now.getOrDefault(chunk, Map.of()).size() >= 2);
        }
        assertThat(suspects).isEmpty();
    }

    /** Rule 6. */
    @Test
    void backInTheMidstOfAMoveReturnsToTheOldTableAndLosesNothing() throws IOException {
        try (LocalCluster cluster = LocalCluster.inFiles(base.resolve("c"), 3, CHUNK, PROMPT);
                TrivetClient client = cluster.client()) {
            saveMany(client, "file-", 150);
            Set<String> chunks = replicas(cluster, 3).keySet();
            NodeId n3 = cluster.join().id();
            await("it is seen", () -> !client.layout().nodes().waiting().isEmpty());
            List<List<NodeId>> old = client.cluster().status().view().layout().homes();
            client.layout().setRebalancing(null, 1 << 20, null);
            LayoutProposal first = client.layout().plan(new LayoutRequest.Balance());
            LayoutProposal second = client.layout().plan(new LayoutRequest.Drain(new NodeId(1)));
            client.layout().apply(first);
            assertThatThrownBy(() -> client.layout().apply(second))
                    .isInstanceOfSatisfying(
                            TrivetException.class, e -> assertThat(e.kind()).isEqualTo(Refusal.Kind.STALE));
            await("some of it has moved", () -> {
                keepsTwo(cluster, chunks);
                return count(cluster, n3) > 10;
            });
            saveMany(client, "between-", 20);
            long version = apply(client, new LayoutRequest.Back());
            keepsTwo(cluster, chunks);
            client.layout().setRebalancing(null, 0, null);
            await("n3 is empty again", () -> {
                keepsTwo(cluster, chunks);
                return count(cluster, n3) == 0;
            });
            awaitSettled(client, version);
            assertThat(client.cluster().status().view().layout().homes()).isEqualTo(old);
            assertThat(client.cluster().status().view().node(n3).orElseThrow().standing())
                    .isEqualTo(AdminState.WAITING);
            loadsAll(client);
        }
    }

    private static long count(LocalCluster cluster, NodeId node) {
        return replicas(cluster, 4).values().stream()
                .filter(chunk -> chunk.containsKey(node))
                .count();
    }

    @Test
    void aPauseStopsMovesAndNoRepair() throws IOException {
        try (LocalCluster cluster = LocalCluster.inFiles(base.resolve("c"), 3, CHUNK, PROMPT);
                TrivetClient client = cluster.client()) {
            saveMany(client, "file-", 60);
            client.layout().setRebalancing(true, -1, null);
            NodeId n3 = cluster.join().id();
            await("it is seen", () -> !client.layout().nodes().waiting().isEmpty());
            long version = apply(client, new LayoutRequest.Balance());
            await(
                    "moves are owed, and counted by all",
                    () -> client.cluster().debt().checked()
                            && client.cluster().debt().owed() > 0);
            RemotePath damaged = RemotePath.parse("/" + largest());
            List<Path> files = stayingAt(cluster, client, damaged);
            Path file = files.getFirst();
            Files.delete(file);
            client.replicas().verify(damaged);
            await("the lost replica is made again", () -> Files.exists(file));
            // The lost replica may have been due to move as well; making it again was repair while
            // a home lacked it.
            assertThat(count(cluster, n3)).isLessThanOrEqualTo(1);
            client.layout().setRebalancing(false, -1, null);
            awaitSettled(client, version);
            assertThat(count(cluster, n3)).isPositive();
            loadsAll(client);
        }
    }

    private String largest() {
        return saved.entrySet().stream()
                .max((a, b) -> Integer.compare(a.getValue().length, b.getValue().length))
                .orElseThrow()
                .getKey();
    }

    /** The chunk files of this file whose node is one of their homes in the new layout as well. */
    private static List<Path> stayingAt(LocalCluster cluster, TrivetClient client, RemotePath path) {
        var layout = client.cluster().status().view().layout();
        var where = client.replicas().where(path);
        return where.chunks().stream()
                .flatMap(chunk -> chunk.nodes().stream()
                        .filter(node -> layout.homes(chunk.slot()).contains(node))
                        .map(node -> cluster.data(node)
                                .resolve("chunks")
                                .resolve(String.format("%04d", chunk.slot().number()))
                                .resolve(where.record().chunk(chunk.number()).toString())))
                .toList();
    }

    /** A file whose last replicas are on a dead node is listed before that node is forgotten. */
    @Test
    void whatIsOnlyOnADeadNodeIsFound() throws IOException {
        try (LocalCluster cluster = LocalCluster.inFiles(base.resolve("c"), 4, CHUNK, PROMPT);
                TrivetClient client = cluster.client()) {
            saveMany(client, "file-", 20);
            NodeId dead = new NodeId(3);
            Map<String, Map<NodeId, Long>> all = replicas(cluster, 4);
            cluster.stop(dead);
            await("it is avoided", () -> !client.layout().nodes().isReachable(dead));
            assertThat(client.layout().onlyOn(Set.of(dead), _ -> {})).isEmpty();
            String chunk = all.entrySet().stream()
                    .filter(entry -> entry.getValue().containsKey(dead))
                    .findFirst()
                    .orElseThrow()
                    .getKey();
            try (Stream<Path> files = Files.walk(base.resolve("c"))) {
                for (Path file : files.filter(file ->
                                file.getFileName().toString().equals(chunk) && !file.startsWith(cluster.data(dead)))
                        .toList()) {
                    Files.delete(file);
                }
            }
            List<RemotePath> only = client.layout().onlyOn(Set.of(dead), _ -> {});
            assertThat(only).hasSize(1);
            client.trash().setRetention(Duration.ofHours(1));
            client.remove(only.getFirst(), false);
            assertThat(client.trash().page(new FileId(1, 1)).files()).hasSize(1);
            assertThat(client.layout().onlyOn(Set.of(dead), _ -> {}))
                    .as("what the trash can give back may be wanted")
                    .isEqualTo(only);
        }
    }

    @Test
    void moreReplicasAndFewerAgain() throws IOException {
        try (LocalCluster cluster = LocalCluster.inFiles(base.resolve("c"), 3, CHUNK, PROMPT);
                TrivetClient client = cluster.client()) {
            saveMany(client, "file-", 40);
            awaitSettled(client, apply(client, new LayoutRequest.Replicas(3)));
            assertThat(replicas(cluster, 3).values()).allMatch(chunk -> chunk.size() == 3);
            awaitSettled(client, apply(client, new LayoutRequest.Replicas(2)));
            assertThat(replicas(cluster, 3).values()).allMatch(chunk -> chunk.size() == 2);
            assertThat(IntStream.range(0, 3)
                            .mapToObj(NodeId::new)
                            .map(client.layout().nodes()::slots))
                    .allMatch(slots -> slots == 1680);
            loadsAll(client);
        }
    }
}
