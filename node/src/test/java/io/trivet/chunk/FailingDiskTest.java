package io.trivet.chunk;

import static io.trivet.chunk.TestChunks.FIRST;
import static io.trivet.chunk.TestChunks.content;
import static io.trivet.chunk.TestChunks.header;
import static io.trivet.chunk.TestChunks.id;
import static io.trivet.chunk.TestChunks.listed;
import static io.trivet.chunk.TestChunks.read;
import static io.trivet.chunk.TestChunks.settings;
import static io.trivet.chunk.TestChunks.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Checksums;
import io.trivet.model.ChunkSize;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Disks that are full, fail once, or fail permanently. */
class FailingDiskTest {
    private static final int BLOCK = ChunkSize.BLOCK_BYTES;
    private static final Path ROOT = Path.of("/disk");

    private final SimulatedDisk disk = new SimulatedDisk();
    private final List<StoreLoss> losses = new ArrayList<>();
    private ChunkStore store;

    @BeforeEach
    void open() throws IOException {
        TestChunks.format(disk, ROOT).close();
        store = ChunkStore.open(disk, settings(ROOT), losses::add);
    }

    /**
     * Rule 11: every fsync of a store operation fails once; the replica is lost, reported as lost,
     * and stored again elsewhere.
     */
    @Test
    void failedFsyncQuarantinesThatReplicaAtOnceAndNothingElse() throws IOException {
        store(store, id(1, 1), content(1, 9));
        int syncs = syncsOfOneStore();
        assertThat(syncs).isEqualTo(3);
        for (int failing = 0; failing < syncs; failing++) {
            int counter = 10 + failing;
            losses.clear();
            disk.failSync(failing);

            assertRefused(Refusal.Kind.DISK_FAILED, () -> store(store, id(counter, counter), content(counter, BLOCK)));

            boolean slotDirectoryFailed = failing == 1;
            assertThat(store.find(id(counter, counter), FIRST)).isEmpty();
            assertThat(losses).hasSize(slotDirectoryFailed ? 0 : 1);
            assertThat(disk.filesBelow(ROOT.resolve("temporary"))).isEmpty();
            assertThat(store.disks().getFirst().state()).isEqualTo(DiskStatus.State.SERVING);
            store(store, id(counter, counter), content(counter, BLOCK));
        }
        assertThat(disk.filesBelow(ROOT.resolve("quarantine"))).hasSize(2);

        disk.restart(SimulatedDisk.Survival.NOTHING, 0);
        store = ChunkStore.open(disk, settings(ROOT), losses::add);

        assertThat(read(store, id(1, 1))).isEqualTo(content(1, 9));
        for (int counter = 10; counter < 10 + syncs; counter++) {
            assertThat(read(store, id(counter, counter))).isEqualTo(content(counter, BLOCK));
        }
    }

    private int syncsOfOneStore() {
        int before = disk.syncs();
        store(store, id(2, 2), content(2, BLOCK));
        return disk.syncs() - before;
    }

    @Test
    void failedFsyncIsNamedInTheLoss() {
        disk.failSync(0);

        assertRefused(Refusal.Kind.DISK_FAILED, () -> store(store, id(1, 1), content(1, 9)));

        assertThat(losses).singleElement().isInstanceOfSatisfying(StoreLoss.Replica.class, loss -> {
            assertThat(loss.chunk()).isEqualTo(id(1, 1));
            assertThat(loss.disk()).isEqualTo(ROOT);
            assertThat(loss.reason()).contains("Input/output error");
        });
    }

    @Test
    void reserveIsNeverTouched() throws IOException {
        long reserve = 100_000;
        disk.capacity(reserve + 3 * BLOCK);
        store.close();
        store = ChunkStore.open(
                disk, new StoreSettings(TestChunks.CLUSTER, TestChunks.NODE, List.of(ROOT), reserve, 0), losses::add);

        store(store, id(1, 1), content(1, BLOCK));
        ChunkWriter second = store.begin(header(id(2, 1), BLOCK));
        assertRefused(Refusal.Kind.DISK_FULL, () -> store.begin(header(id(3, 1), BLOCK)));
        second.close();
        store(store, id(3, 1), content(3, BLOCK));

        assertRefused(Refusal.Kind.DISK_FULL, () -> store.begin(header(id(4, 1), BLOCK)));
        assertThat(disk.freeBytes(ROOT)).isGreaterThanOrEqualTo(reserve);
        assertThat(store.freeBytes()).isLessThan(BLOCK);
        assertThat(losses).isEmpty();
    }

    @Test
    void diskThatFillsInTheMiddleLeavesNothing() throws IOException {
        StoredChunk storedChunk = store(store, id(1, 1), content(1, 9));
        for (int room = 0; room < 2 * BLOCK; room += BLOCK / 2) {
            try (ChunkWriter writer = store.begin(header(id(2, 1), 2 * BLOCK))) {
                disk.capacity(used() + room);
                assertRefused(Refusal.Kind.DISK_FULL, () -> {
                    TestChunks.write(writer, content(2, 2 * BLOCK));
                    writer.finish(2 * BLOCK, 0);
                });
            }
            disk.capacity(Long.MAX_VALUE);
            assertThat(disk.filesBelow(ROOT.resolve("temporary"))).isEmpty();
        }
        assertThat(listed(store)).containsExactly(storedChunk);
        assertThat(losses).isEmpty();
        assertThat(store.disks().getFirst().state()).isEqualTo(DiskStatus.State.SERVING);
    }

    @Test
    void diskThatFillsBeforeTheTrailerLeavesNothing() throws IOException {
        byte[] bytes = content(2, BLOCK);
        try (ChunkWriter writer = store.begin(header(id(2, 1), BLOCK))) {
            TestChunks.write(writer, bytes);
            disk.capacity(used() + 10);
            assertRefused(Refusal.Kind.DISK_FULL, () -> writer.finish(BLOCK, Checksums.of(bytes)));
        }
        assertThat(listed(store)).isEmpty();
        assertThat(disk.filesBelow(ROOT.resolve("temporary"))).isEmpty();
    }

    @Test
    void replicaThatCannotBeReadIsQuarantined() {
        store(store, id(1, 1), content(1, 9));
        Path file = new DiskPaths(ROOT).chunk(id(1, 1), FIRST);
        disk.kill(file);

        assertRefused(Refusal.Kind.DISK_FAILED, () -> store.verify(id(1, 1), FIRST));

        assertThat(losses).hasAtLeastOneElementOfType(StoreLoss.class);
        assertThat(listed(store)).isEmpty();
    }

    @Test
    void diskThatFailsAsAWholeIsTakenOutOnce() {
        store(store, id(1, 1), content(1, 9));
        disk.kill(ROOT);

        assertRefused(Refusal.Kind.DISK_FAILED, () -> store(store, id(2, 1), content(2, 9)));
        assertRefused(Refusal.Kind.DISK_FAILED, () -> store(store, id(2, 1), content(2, 9)));
        assertRefused(Refusal.Kind.NO_SUCH_CHUNK, () -> store.open(id(1, 1), FIRST));

        assertThat(losses).singleElement().isInstanceOf(StoreLoss.WholeDisk.class);
        assertThat(store.disks().getFirst().state()).isEqualTo(DiskStatus.State.FAILED);
        assertThat(store.freeBytes()).isZero();
    }

    /** Rule 12: a missing disk never answers that it lacks a chunk. */
    @Test
    void diskThatIsUnmountedIsNoticedByAReader() throws IOException {
        store(store, id(1, 1), content(1, 9));
        disk.vanish(ROOT);

        assertRefused(Refusal.Kind.DISK_FAILED, () -> store.open(id(1, 1), FIRST));

        assertThat(losses).singleElement().isInstanceOf(StoreLoss.WholeDisk.class);
    }

    /** No chunk is acknowledged on a disk that was taken out during the write. */
    @Test
    void diskTakenOutMeanwhileAcknowledgesNothing() {
        byte[] bytes = content(1, BLOCK);
        try (ChunkWriter writer = store.begin(header(id(1, 1), BLOCK))) {
            TestChunks.write(writer, bytes);
            disk.kill(ROOT);
            assertRefused(Refusal.Kind.DISK_FAILED, () -> store.begin(header(id(2, 1), BLOCK)));
            disk.revive(ROOT);
            assertRefused(Refusal.Kind.DISK_FAILED, () -> writer.finish(BLOCK, Checksums.of(bytes)));
        }
    }

    @Test
    void diskThatFailsAgainAndAgainIsTakenOut() {
        for (int i = 1; i <= Disk.MAX_FAILURES; i++) {
            int counter = i;
            assertThat(store.disks().getFirst().state()).isEqualTo(DiskStatus.State.SERVING);
            disk.failSync(0);
            assertRefused(Refusal.Kind.DISK_FAILED, () -> store(store, id(counter, 1), content(counter, 9)));
        }
        assertThat(store.disks().getFirst().state()).isEqualTo(DiskStatus.State.FAILED);
    }

    /**
     * The node's own limits do not count as a failed disk, and an incomplete listing is refused.
     */
    @Test
    void processOutOfFilesBlamesNoDisk() {
        StoredChunk storedChunk = store(store, id(1, 1), content(1, 9));
        disk.outOfFiles(true);

        assertRefused(Refusal.Kind.BUSY, () -> store.begin(header(id(2, 1), 9)));
        assertRefused(Refusal.Kind.BUSY, () -> store.open(id(1, 1), FIRST));
        assertRefused(Refusal.Kind.BUSY, () -> store.verify(id(1, 1), FIRST));
        assertRefused(Refusal.Kind.BUSY, () -> listed(store));

        disk.outOfFiles(false);
        assertThat(listed(store)).containsExactly(storedChunk);
        assertThat(losses).isEmpty();
        assertThat(store.disks().getFirst().state()).isEqualTo(DiskStatus.State.SERVING);
    }

    @Test
    void slotThatCannotBeListedIsNotPassedOver() throws IOException {
        store(store, id(1, 1), content(1, 9));
        disk.kill(new DiskPaths(ROOT).slot(FIRST));

        assertRefused(Refusal.Kind.DISK_FAILED, () -> listed(store));
    }

    /**
     * A bad replica that cannot be quarantined would be served again: then nothing of its disk is
     * served.
     */
    @Test
    void diskThatCannotQuarantineIsTakenOut() throws IOException {
        store(store, id(1, 1), content(1, 9));
        disk.overwrite(new DiskPaths(ROOT).chunk(id(1, 1), FIRST), new byte[200]);
        disk.kill(ROOT.resolve("quarantine"));

        assertRefused(Refusal.Kind.CORRUPT, () -> store.open(id(1, 1), FIRST));

        assertThat(store.disks().getFirst().state()).isEqualTo(DiskStatus.State.FAILED);
        assertThat(losses).hasSize(2);
    }

    private long used() throws IOException {
        return Long.MAX_VALUE - disk.freeBytes(ROOT);
    }

    private static void assertRefused(Refusal.Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TrivetException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
