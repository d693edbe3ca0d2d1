package io.trivet.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Address;
import io.trivet.wire.Connector;
import io.trivet.wire.TransportSecurity;
import io.trivet.wire.credentials.TrustSettings;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ChunkWorkersTest {
    private static final int PARALLELISM = 16;

    private final Connector connector =
            new Connector("test", null, TransportSecurity.of(new TrustSettings.Plaintext()));
    private final TransferResources transferResources = new TransferResources(
            new Cluster(connector, List.of(Address.parse("127.0.0.1:1"))), connector, PARALLELISM, 8);
    private final AtomicInteger now = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    @AfterEach
    void close() {
        transferResources.close();
        connector.close();
    }

    /** A file with every chunk waiting for a permit. */
    private final class LongFile {
        final Semaphore permits = new Semaphore(0);
        final AtomicInteger working = new AtomicInteger();
        final Set<Integer> done = ConcurrentHashMap.newKeySet();
        final Future<Integer> end;

        LongFile(int chunks) {
            end = transferResources.start(() -> {
                new ChunkWorkers(transferResources, chunks, (number, _) -> {
                            most.accumulateAndGet(now.incrementAndGet(), Math::max);
                            working.incrementAndGet();
                            permits.acquireUninterruptibly();
                            working.decrementAndGet();
                            now.decrementAndGet();
                            assertThat(done.add(number)).isTrue();
                        })
                        .run();
                return done.size();
            });
        }

        void awaitWorking(int workers) throws InterruptedException {
            while (working.get() != workers) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }
    }

    @Test
    void eachChunkIsDoneOnceByAsManyAsWereAskedFor() throws Exception {
        LongFile file = new LongFile(100);
        file.awaitWorking(PARALLELISM);
        file.permits.release(100);
        assertThat(file.end.get()).isEqualTo(100);
        assertThat(most.get()).isEqualTo(PARALLELISM);
    }

    @Test
    void aSingleChunkIsTheCallersOwnWork() throws IOException {
        Thread[] worker = {null};
        transferResources.forEachChunk(1, (_, _) -> worker[0] = Thread.currentThread());
        assertThat(worker[0]).isSameAs(Thread.currentThread());
    }

    /** A client has buffers for all of its permits, however many files and chunks there are. */
    @Test
    void allFilesTogetherHaveNoMoreThanAllLanes() throws Exception {
        List<LongFile> files = java.util.stream.IntStream.range(0, 40)
                .mapToObj(_ -> new LongFile(20))
                .toList();
        for (LongFile file : files) {
            file.permits.release(20);
        }
        for (LongFile file : files) {
            assertThat(file.end.get()).isEqualTo(20);
        }
        assertThat(most.get()).isBetween(2, TransferPermits.ALL);
    }

    /**
     * A long file gives permits to other files, keeps one worker, and takes the permits back when
     * the others are done.
     */
    @RepeatedTest(3)
    void aLongFileMakesRoomAndTakesItBack() throws Exception {
        LongFile one = new LongFile(1000);
        one.awaitWorking(PARALLELISM);
        LongFile other = new LongFile(1000);
        other.awaitWorking(TransferPermits.ALL - PARALLELISM);
        List<LongFile> small = java.util.stream.IntStream.range(0, TransferPermits.ALL - 2)
                .mapToObj(_ -> new LongFile(1))
                .toList();
        while (one.working.get() > 1 || other.working.get() > 1) {
            one.permits.release(one.working.get() > 1 ? 1 : 0);
            other.permits.release(other.working.get() > 1 ? 1 : 0);
            TimeUnit.MILLISECONDS.sleep(2);
        }
        for (LongFile file : small) {
            file.awaitWorking(1);
            assertThat(file.end.isDone()).isFalse();
        }
        for (LongFile file : small) {
            file.permits.release(1);
            assertThat(file.end.get()).isEqualTo(1);
        }
        other.permits.release(1000);
        assertThat(other.end.get()).isEqualTo(1000);
        one.permits.release();
        one.awaitWorking(PARALLELISM);
        one.permits.release(1000);
        assertThat(one.end.get()).isEqualTo(1000);
    }

    @Test
    void theFirstFailureStopsTheOthersAndIsThrownWhenAllHaveStopped() throws Exception {
        CountDownLatch under = new CountDownLatch(PARALLELISM - 1);
        AtomicInteger begun = new AtomicInteger();
        assertThatThrownBy(() -> transferResources.forEachChunk(1000, (number, cancelled) -> {
                    begun.incrementAndGet();
                    if (number == 1) {
                        await(under);
                        throw new IOException("chunk 1");
                    }
                    under.countDown();
                    while (!cancelled.get()) {
                        Thread.onSpinWait();
                    }
                    TransferResources.stopIf(cancelled);
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("chunk 1");
        assertThat(begun.get()).isEqualTo(PARALLELISM);
        // All permits are free again.
        for (int lane = 0; lane < TransferPermits.ALL; lane++) {
            assertThat(transferResources.transferPermits.enterIfFree()).isTrue();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whoIsInterruptedStopsHisChunks() throws Exception {
        AtomicInteger stopped = new AtomicInteger();
        CountDownLatch begun = new CountDownLatch(PARALLELISM);
        FutureTask<Void> call = new FutureTask<>(() -> {
            transferResources.forEachChunk(PARALLELISM, (_, cancelled) -> {
                begun.countDown();
                while (!cancelled.get()) {
                    Thread.onSpinWait();
                }
                stopped.incrementAndGet();
            });
            return null;
        });
        Thread caller = Thread.ofPlatform().start(call);
        begun.await();
        caller.interrupt();
        assertThatThrownBy(call::get).hasCauseInstanceOf(InterruptedIOException.class);
        while (stopped.get() < PARALLELISM) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }
}
