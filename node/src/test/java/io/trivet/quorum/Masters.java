package io.trivet.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.ClusterId;
import io.trivet.model.Command;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.SessionId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A few masters in one process, each with its directory. */
final class Masters implements AutoCloseable {
    static final long SNAPSHOT_BYTES = 2 << 20;
    static final Duration PATIENCE = Duration.ofSeconds(15);

    final MemoryNetwork network = new MemoryNetwork();
    final ClusterId cluster = new ClusterId(UUID.randomUUID());
    private final Map<NodeId, RatisQuorum> running = new TreeMap<>();
    private final Path directory;
    private final int snapshotEntries;
    private final int segmentBytes;
    private final SessionId session = new SessionId(1);
    private final AtomicLong sequence = new AtomicLong();

    Masters(Path directory, int snapshotEntries, int segmentBytes) {
        this.directory = directory;
        this.snapshotEntries = snapshotEntries;
        this.segmentBytes = segmentBytes;
    }

    static NodeId n(int number) {
        return new NodeId(number);
    }

    static Masters three(Path directory) throws Exception {
        return of(directory, 3, 20_000, 1 << 20);
    }

    static Masters of(Path directory, int count, int snapshotEntries, int segmentBytes) throws Exception {
        Masters masters = new Masters(directory, snapshotEntries, segmentBytes);
        masters.found(0);
        for (int i = 1; i < count; i++) {
            masters.join(i);
        }
        masters.seat(IntStream.range(0, count).mapToObj(Masters::n).collect(Collectors.toSet()));
        return masters;
    }

    QuorumSettings settings(int node) {
        return new QuorumSettings(
                home(node),
                Duration.ofMillis(400),
                Duration.ofMillis(800),
                Duration.ofSeconds(8),
                new QuorumSettings.LogSizes(snapshotEntries, SNAPSHOT_BYTES, segmentBytes),
                4,
                4096);
    }

    Path home(int node) {
        return directory.resolve("n" + node);
    }

    /** The directory in which Ratis keeps a node's log and checkpoints. */
    Path group(int node) {
        return home(node).resolve("log").resolve(cluster.toString());
    }

    void found(int node) throws IOException {
        running(node, RatisQuorum.found(n(node), cluster, settings(node), CountingState::over, network.of(n(node))));
    }

    void join(int node) throws IOException {
        running(node, RatisQuorum.join(n(node), cluster, settings(node), CountingState::over, network.of(n(node))));
    }

    void restart(int node) throws IOException {
        running(node, RatisQuorum.restart(n(node), cluster, settings(node), CountingState::over, network.of(n(node))));
    }

    private void running(int node, RatisQuorum quorum) {
        running.put(n(node), quorum);
        network.add(n(node), quorum);
    }

    void stop(int node) {
        network.remove(n(node));
        RatisQuorum quorum = running.remove(n(node));
        if (quorum != null) {
            quorum.close();
        }
    }

    void seat(Set<NodeId> voters) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Outcome outcome = get(leader().seat(voters));
        while (!(outcome instanceof Outcome.Done) && System.nanoTime() < deadline) {
            outcome = get(leader().seat(voters));
        }
        assertThat(outcome).isEqualTo(new Outcome.Done());
    }

    RatisQuorum quorum(int node) {
        return running.get(n(node));
    }

    /** Waits for a master that takes itself for the leader. */
    RatisQuorum leader() throws InterruptedException {
        await(() -> running.values().stream().anyMatch(RatisQuorum::leads));
        return running.values().stream().filter(RatisQuorum::leads).findFirst().orElseThrow();
    }

    int leaderNumber() throws InterruptedException {
        RatisQuorum leader = leader();
        return running.entrySet().stream()
                .filter(entry -> entry.getValue() == leader)
                .findFirst()
                .orElseThrow()
                .getKey()
                .number();
    }

    /** A numbered operation that makes this directory. */
    Operation make(String path) {
        return new Operation(session, sequence.incrementAndGet(), 0, new Command.MakeDirectory(RemotePath.parse(path)));
    }

    /**
     * Sends an operation to the leader until it is done, with the same number, as a client does.
     */
    void done(Operation operation) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            switch (get(leader().submit(operation))) {
                case Outcome.Done _ -> {
                    return;
                }
                case Outcome.Refused(Refusal refusal) when retryable(refusal) -> Thread.onSpinWait();
                case Outcome other -> throw new AssertionError(other.toString());
            }
        }
        throw new AssertionError("not done in time: " + operation);
    }

    private static boolean retryable(Refusal refusal) {
        return refusal.kind().retryable() || refusal.kind() == Refusal.Kind.OUTCOME_UNKNOWN;
    }

    /** Asks the leader how often a path was made, until it answers. */
    long count(String path) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            QueryResult queryResult = leader().ask(lookup(path));
            if (queryResult instanceof QueryResult.Found) {
                return CountingState.count(queryResult);
            }
        }
        throw new AssertionError("no answer in time: " + path);
    }

    static Query lookup(String path) {
        return new Query.Lookup(RemotePath.parse(path));
    }

    /** Asks in another thread. */
    static CompletableFuture<QueryResult> asking(RatisQuorum quorum, Query query) {
        return CompletableFuture.supplyAsync(
                () -> quorum.ask(query), task -> Thread.ofVirtual().start(task));
    }

    static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the condition came true in time").isLessThan(deadline);
            Thread.sleep(2);
        }
    }

    @Override
    public void close() {
        stopAll();
    }

    void stopAll() {
        running.keySet().stream().map(NodeId::number).toList().parallelStream().forEach(node -> {
            network.remove(n(node));
            running.get(n(node)).close();
        });
        running.clear();
    }
}
