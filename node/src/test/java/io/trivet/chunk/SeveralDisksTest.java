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

import io.trivet.model.ClusterId;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rule 12, and a node that continues with its remaining disks. */
class SeveralDisksTest {
    private static final Path A = Path.of("/a");
    private static final Path B = Path.of("/b");

    private final SimulatedDisk disk = new SimulatedDisk();
    private final List<StoreLoss> losses = new ArrayList<>();
    private ChunkStore store;

    @BeforeEach
    void open() throws IOException {
        TestChunks.format(disk, A, B).close();
        store = ChunkStore.open(disk, settings(A, B), losses::add);
    }

    @Test
    void chunksSpreadOverTheDisksAndAreFoundOnEach() throws IOException {
        for (int i = 1; i <= 100; i++) {
            store(store, id(i, 1), content(i, i));
        }
        assertThat(disk.filesBelow(A.resolve("chunks"))).hasSizeBetween(25, 75);
        assertThat(disk.filesBelow(B.resolve("chunks"))).hasSizeBetween(25, 75);
        assertThat(listed(store)).hasSize(100);
        for (int i = 1; i <= 100; i++) {
            assertThat(read(store, id(i, 1))).isEqualTo(content(i, i));
        }
    }

    /**
     * Two directories on one file system do not have twice its space, and space reserved on one is
     * not given again on the other.
     */
    @Test
    void roomThatDisksShareCountsOnce() {
        long free = store.freeBytes();
        assertThat(store.disks()).extracting(DiskStatus::freeBytes).containsExactly(free, free);
        try (ChunkWriter _ = store.begin(header(id(1, 1), 1000))) {
            assertThat(store.freeBytes()).isLessThanOrEqualTo(free - 1000);
            assertThat(store.disks()).extracting(DiskStatus::freeBytes).containsOnly(store.freeBytes());
        }
        assertThat(store.freeBytes()).isEqualTo(free);
    }

    @Test
    void nodeLivesOnWhenADiskFails() {
        for (int i = 1; i <= 20; i++) {
            store(store, id(i, 1), content(i, i));
        }
        disk.kill(A);
        for (int i = 21; i <= 40; i++) {
            store(store, id(i, 1), content(i, i));
        }

        assertThat(losses).singleElement().isInstanceOf(StoreLoss.WholeDisk.class);
        assertThat(losses.getFirst().disk()).isEqualTo(A);
        assertThat(listed(store)).hasSizeBetween(21, 39).allSatisfy(storedChunk -> read(store, storedChunk.chunk()));
        assertThat(store.disks())
                .extracting(DiskStatus::state)
                .containsExactly(DiskStatus.State.FAILED, DiskStatus.State.SERVING);
    }

    @Test
    void chunkStoredAgainWhileItsDiskWasAwayIsOneChunk() throws IOException {
        for (int i = 1; i <= 10; i++) {
            store(store, id(i, 1), content(i, i));
        }
        reopen(B);
        for (int i = 1; i <= 10; i++) {
            store(store, id(i, 1), content(i, i));
        }
        reopen(A, B);

        assertThat(listed(store)).hasSize(10).doesNotHaveDuplicates();
        assertThat(store.remove(id(1, 1), FIRST)).isTrue();
        assertThat(store.find(id(1, 1), FIRST)).isEmpty();
    }

    @Test
    void otherReplicaServesWhenTheFirstIsBad() throws IOException {
        store(store, id(1, 1), content(1, 9));
        Path onA = new DiskPaths(A).chunk(id(1, 1), FIRST);
        Path onB = new DiskPaths(B).chunk(id(1, 1), FIRST);
        Path there = disk.exists(onA) ? onA : onB;
        reopen(there.equals(onA) ? B : A);
        store(store, id(1, 1), content(1, 9));
        reopen(A, B);
        disk.overwrite(onA, new byte[50]);

        assertThat(read(store, id(1, 1))).isEqualTo(content(1, 9));
        assertThat(disk.filesBelow(A.resolve("quarantine"))).hasSize(1);
        assertThat(losses).singleElement().isInstanceOf(StoreLoss.Replica.class);
    }

    @Test
    void fullDiskLeavesChunksToTheOther() throws IOException {
        disk.kill(A.resolve("temporary"));
        store.begin(header(id(1, 1), 9)).close();
        store.begin(header(id(2, 1), 9)).close();
        store.begin(header(id(3, 1), 9)).close();
        store.begin(header(id(4, 1), 9)).close();

        assertThat(store.disks().getLast().state()).isEqualTo(DiskStatus.State.SERVING);
    }

    @Test
    void missingDiskIsRefusedAndReported() throws IOException {
        store.close();
        disk.vanish(A);

        reopen(A, B);

        assertRefusal(A, "not mounted, was wiped, or was never formatted");
    }

    @Test
    void wipedDiskIsRefusedAndReported() throws IOException {
        store.close();
        disk.vanish(A.resolve("chunks"));

        reopen(A, B);

        assertRefusal(A, "the disk was wiped");
    }

    @Test
    void diskOfAnotherClusterIsRefusedAndReported() throws IOException {
        Path foreign = Path.of("/foreign");
        disk.makeDirectory(foreign);
        ChunkStore.format(disk, foreign, new ClusterId(new UUID(1, 2)), TestChunks.NODE);

        reopen(foreign, B);

        assertRefusal(foreign, "belongs to cluster");
        store.close();
        assertRefused(Refusal.Kind.WRONG_CLUSTER, () -> ChunkStore.open(disk, settings(foreign), losses::add));
    }

    @Test
    void diskOfAnotherNodeIsRefusedAndReported() throws IOException {
        Path foreign = Path.of("/foreign");
        disk.makeDirectory(foreign);
        ChunkStore.format(disk, foreign, TestChunks.CLUSTER, new NodeId(7));

        reopen(foreign, B);

        assertRefusal(foreign, "belongs to node n7 and this is n0");
        store.close();
        assertRefused(Refusal.Kind.WRONG_NODE, () -> ChunkStore.open(disk, settings(foreign), losses::add));
    }

    @Test
    void diskWithADamagedIdentityIsRefusedAndReported() throws IOException {
        byte[] identity = disk.bytes(A.resolve("trivet-disk"));
        identity[20] ^= 1;
        disk.overwrite(A.resolve("trivet-disk"), identity);

        reopen(A, B);

        assertRefusal(A, "cannot be trusted");
    }

    @Test
    void copyOfADiskIsRefused() throws IOException {
        disk.overwrite(A.resolve("trivet-disk"), disk.bytes(B.resolve("trivet-disk")));

        reopen(A, B);

        assertRefusal(B, "the same disk as /a, or a copy of it");
    }

    @Test
    void diskInUseIsRefused() {
        assertRefused(Refusal.Kind.BUSY, () -> ChunkStore.open(disk, settings(A, B), losses::add));
    }

    @Test
    void formattedDiskAndLostIdentityAreNeverFormattedOver() throws IOException {
        assertRefused(
                Refusal.Kind.ALREADY_EXISTS, () -> ChunkStore.format(disk, A, TestChunks.CLUSTER, TestChunks.NODE));
        for (int i = 1; i <= 20; i++) {
            store(store, id(i, 1), content(i, i));
        }
        disk.delete(A.resolve("trivet-disk"));
        assertRefused(
                Refusal.Kind.ALREADY_EXISTS, () -> ChunkStore.format(disk, A, TestChunks.CLUSTER, TestChunks.NODE));
    }

    /** A disk exchanged under the process is detected at the first failure. */
    @Test
    void diskExchangedUnderTheProcessIsTakenOut() throws IOException {
        disk.overwrite(A.resolve("trivet-disk"), disk.bytes(B.resolve("trivet-disk")));
        for (int i = 1; i <= 20 && losses.isEmpty(); i++) {
            disk.failSync(0);
            int counter = i;
            assertRefused(Refusal.Kind.DISK_FAILED, () -> store(store, id(counter, 1), content(counter, 9)));
            losses.removeIf(StoreLoss.Replica.class::isInstance);
        }
        assertThat(losses)
                .singleElement()
                .satisfies(storeLoss -> assertThat(storeLoss.reason()).contains("another disk"));
    }

    private void reopen(Path... disks) throws IOException {
        store.close();
        losses.clear();
        store = ChunkStore.open(disk, settings(disks), losses::add);
    }

    private void assertRefusal(Path root, String reason) {
        assertThat(losses).singleElement().satisfies(storeLoss -> {
            assertThat(storeLoss).isInstanceOf(StoreLoss.WholeDisk.class);
            assertThat(storeLoss.disk()).isEqualTo(root);
            assertThat(storeLoss.reason()).contains(reason);
        });
        DiskStatus status = store.disks().getLast();
        assertThat(status.state()).isEqualTo(DiskStatus.State.REFUSED);
        assertThat(status.reason()).contains(reason);
        store(store, id(99, 1), content(99, 9));
    }

    private static void assertRefused(Refusal.Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TrivetException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
