package io.trivet.node.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Checksums;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Sha256;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.namespace.Namespace;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A record of a large file cannot name a chunk that nobody stored, not even one of them. */
@Timeout(60)
class LargeFileCheckTest {
    private static final ChunkSize CHUNK = new ChunkSize(64 << 10);
    private static final int COUNT = 20_000;
    private static final long SIZE = (COUNT - 1L) * CHUNK.bytes() + 7;
    private static final int PAGE = 1000;
    private static final FileId FILE = new FileId(1, 1);
    private static final Namespace.OpenFile OPEN = new Namespace.OpenFile(new Slot(2500), CHUNK);
    private static final List<NodeId> NODES = List.of(new NodeId(0), new NodeId(1), new NodeId(2));

    /** Three nodes; chunk i has the homes i and i + 1 modulo 3. */
    private static final class FakeNodes implements LargeFileCheck.Nodes {
        private final Map<NodeId, IntPredicate> missing = new HashMap<>();
        private int chunksAsked;
        private Runnable before = () -> {};

        @Override
        public List<Reply.Held> held(NodeId node, Request.HasChunk request, Duration limit) {
            before.run();
            List<Reply.Held> held = new ArrayList<>();
            for (ChunkId chunk : request.chunks()) {
                chunksAsked++;
                boolean gone = missing.getOrDefault(node, _ -> false).test(chunk.number());
                if (isHome(node, request.first().plus(chunk.number() - 1L)) && !gone) {
                    held.add(answer(chunk.number()));
                }
            }
            return held;
        }

        @Override
        public boolean isHome(NodeId node, Slot slot) {
            return slot.number() % 3 == node.number() || (slot.number() + 1) % 3 == node.number();
        }
    }

    private static Reply.Held answer(int number) {
        return new Reply.Held(
                new ChunkId(FILE, number), CHUNK.lengthOf(number, SIZE), number * 31, new Sha256(number, 2, 3, 4));
    }

    private final FakeNodes nodes = new FakeNodes();
    private final LargeFileCheck check = new LargeFileCheck(nodes, PAGE);

    private static Command.Commit commit(long size, int crc, Sha256 sha256, long lossEpoch) {
        return new Command.Commit(
                FILE,
                RemotePath.parse("/large"),
                size,
                crc,
                Instant.EPOCH,
                "",
                0644,
                NODES.stream()
                        .map(node -> new Command.Reliance(node, lossEpoch))
                        .toList(),
                sha256);
    }

    private static Command.Commit honest() {
        int crc = 0;
        Sha256.OfChunks hashes = new Sha256.OfChunks();
        for (int number = 1; number <= COUNT; number++) {
            Reply.Held held = answer(number);
            crc = Checksums.combine(crc, held.crc32c(), held.length());
            hashes.add(Objects.requireNonNull(held.sha256()));
        }
        return commit(SIZE, crc, hashes.finish(), 0);
    }

    private static long in(Duration time) {
        return System.nanoTime() + time.toNanos();
    }

    private void require(Command.Commit commit) {
        check.require(commit, OPEN, in(Duration.ofMinutes(1)));
    }

    private static Refusal.Kind kind(Runnable check) {
        try {
            check.run();
        } catch (TrivetException e) {
            return e.kind();
        }
        throw new AssertionError("it was accepted");
    }

    @Test
    void aFileWhoseChunksAreAllThereIsAcceptedAndEachIsAskedForOnce() {
        require(honest());
        assertThat(nodes.chunksAsked).isEqualTo(COUNT);
        require(honest()); // a repetition asks nobody
        assertThat(nodes.chunksAsked).isEqualTo(COUNT);
    }

    @Test
    void everySingleMissingChunkIsFound() {
        Command.Commit commit = honest();
        for (int gone : new int[] {1, 2, PAGE, PAGE + 1, 7_777, COUNT - 1, COUNT}) {
            NODES.forEach(node -> nodes.missing.put(node, number -> number == gone));
            assertThatThrownBy(() -> require(commit))
                    .isInstanceOfSatisfying(
                            TrivetException.class, e -> assertThat(e.kind()).isEqualTo(Refusal.Kind.CHECK_AGAIN))
                    .hasMessageContaining("none of its nodes has chunk " + new ChunkId(FILE, gone));
        }
        nodes.missing.clear();
        require(commit);
    }

    /** What is not there costs one page, however much is claimed. */
    @Test
    void aFileThatNobodyStoredCostsOnePage() {
        NODES.forEach(node -> nodes.missing.put(node, _ -> true));
        assertThat(kind(() -> require(commit(CHUNK.bytes() * (1L << 30), 0, Sha256.of(new byte[0]), 0))))
                .isEqualTo(Refusal.Kind.CHECK_AGAIN);
        assertThat(nodes.chunksAsked).isLessThanOrEqualTo(PAGE * (NODES.size() + 2));
    }

    /** A node that is down: the other holder of each of its chunks is asked. */
    @Test
    void oneReplicaIsEnough() {
        nodes.missing.put(NODES.get(1), _ -> true);
        require(honest());
    }

    @Test
    void otherChecksumsOrAnotherSizeAreRefused() {
        Command.Commit right = honest();
        Sha256 sha256 = Objects.requireNonNull(right.sha256());
        assertThat(kind(() -> require(commit(SIZE, right.crc32c() + 1, sha256, 0))))
                .isEqualTo(Refusal.Kind.BAD_REQUEST);
        assertThat(kind(() -> require(commit(SIZE, right.crc32c(), new Sha256(1, 2, 3, 4), 0))))
                .isEqualTo(Refusal.Kind.BAD_REQUEST);
        assertThat(kind(() -> require(commit(SIZE + 1, right.crc32c(), sha256, 0))))
                .isEqualTo(Refusal.Kind.CHECK_AGAIN);
        assertThat(kind(() -> require(commit(SIZE + CHUNK.bytes(), right.crc32c(), sha256, 0))))
                .isEqualTo(Refusal.Kind.CHECK_AGAIN);
    }

    /** A try ends in time, and the next one does not begin from the start. */
    @Test
    void whatDoesNotFitIntoARequestGoesOnWithTheNext() {
        nodes.before = () -> sleep(Duration.ofMillis(2));
        Command.Commit commit = honest();
        int tries = 0;
        boolean accepted = false;
        while (!accepted) {
            tries++;
            try {
                check.require(commit, OPEN, in(Duration.ofMillis(20)));
                accepted = true;
            } catch (TrivetException e) {
                assertThat(e.kind()).isEqualTo(Refusal.Kind.BUSY);
            }
        }
        assertThat(tries).isBetween(2, 1000);
        assertThat(nodes.chunksAsked).isLessThan(3 * COUNT);
    }

    /** Rule 7: a node that has lost chunks is relied on with another epoch. */
    @Test
    void aNodeThatHasLostChunksIsAskedAgain() {
        Command.Commit before = honest();
        require(before);
        NODES.forEach(node -> nodes.missing.put(node, number -> number == 5));
        assertThat(kind(() -> require(commit(SIZE, before.crc32c(), Objects.requireNonNull(before.sha256()), 1))))
                .isEqualTo(Refusal.Kind.CHECK_AGAIN);
    }

    @Test
    void oneRequestChecksAFileAtATime() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        nodes.before = () -> {
            asked.countDown();
            await(goOn);
        };
        Command.Commit commit = honest();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread first = Thread.ofVirtual().start(() -> {
            try {
                require(commit);
            } catch (RuntimeException | Error e) {
                failure.set(e);
            }
        });
        await(asked);
        assertThat(kind(() -> require(commit))).isEqualTo(Refusal.Kind.BUSY);
        goOn.countDown();
        first.join();
        assertThat(failure.get()).isNull();
    }

    /** Many begun checks are forgotten, not kept: the first one begins again. */
    @Test
    void noMoreChecksAreRememberedThanThereMayBe() {
        Command.Commit commit = honest();
        require(commit);
        int once = nodes.chunksAsked;
        long past = System.nanoTime() - 1;
        for (int other = 0; other < LargeFileCheck.KEPT; other++) {
            Command.Commit another = commit(SIZE, 0, Sha256.of(new byte[0]), 100 + other);
            assertThat(kind(() -> check.require(another, OPEN, past))).isEqualTo(Refusal.Kind.BUSY);
        }
        require(commit);
        assertThat(nodes.chunksAsked).isEqualTo(2 * once);
    }

    private static void sleep(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
