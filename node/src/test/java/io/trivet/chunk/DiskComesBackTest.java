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
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Disks that are full, read-only, or missing for a while; and a slot's directory that is missing
 * from a sound disk.
 */
class DiskComesBackTest {
    private static final int BLOCK = ChunkSize.BLOCK_BYTES;
    private static final Path ROOT = Path.of("/disk");
    private static final Path OTHER = Path.of("/other");

    private final SimulatedDisk disk = new SimulatedDisk();
    private final List<StoreLoss> losses = new ArrayList<>();
    private final Set<Slot> changed = new HashSet<>();
    private ChunkStore store;

    @BeforeEach
    void open() throws IOException {
        TestChunks.format(disk, ROOT).close();
        store = open(ROOT);
    }

    private ChunkStore open(Path... roots) {
        return ChunkStore.open(disk, settings(roots), losses::add, new StoreChangeListener() {
            @Override
            public void changing(Slot slot) {}

            @Override
            public void stored(Slot slot, StoredChunk chunk) {}

            @Override
            public void removed(Slot slot, StoredChunk chunk) {}

            @Override
            public void unchanged(Slot slot) {}

            @Override
            public void changed(Slot slot) {
                changed.add(slot);
            }
        });
    }

    private DiskStatus.State state() {
        return store.disks().getFirst().state();
    }

    private void fill() throws IOException {
        disk.capacity(Long.MAX_VALUE - disk.freeBytes(ROOT));
    }

    private void assertNoProbeIsLeft() throws IOException {
        assertThat(disk.filesBelow(ROOT).keySet())
                .noneMatch(path -> path.toString().contains("probe"));
    }

    @Test
    void aDiskThatIsFullForAWhileIsNotTakenOut() throws IOException {
        store(store, id(1, 1), content(1, 9));
        fill();
        for (int i = 0; i < 2 * Disk.MAX_FAILURES; i++) {
            store.check();
            assertThat(state()).isEqualTo(DiskStatus.State.SERVING);
            assertThat(ChunkStore.fits(1, store.room())).isFalse();
        }
        assertThat(read(store, id(1, 1))).isEqualTo(content(1, 9));
        assertNoProbeIsLeft();

        disk.capacity(Long.MAX_VALUE);
        store.check();
        store(store, id(2, 1), content(2, 9));
        assertThat(losses).isEmpty();
        assertThat(state()).isEqualTo(DiskStatus.State.SERVING);
    }

    /**
     * One failed fsync of a probe costs nothing, and its leftover file does not count as the next
     * failure.
     */
    @Test
    void aProbeThatFailsOnceLeavesNothing() throws IOException {
        for (int i = 0; i < 3; i++) {
            disk.failSync(0);
            store.check();
            assertNoProbeIsLeft();
        }
        assertThat(state()).isEqualTo(DiskStatus.State.SERVING);
        assertThat(losses).isEmpty();
    }

    @Test
    void aDiskThatCanOnlyBeReadServesWhatItHasAndTakesNothing() throws IOException {
        store(store, id(1, 1), content(1, 9));
        disk.readOnly(true);

        assertRefused(Refusal.Kind.DISK_FAILED, () -> store(store, id(2, 1), content(2, 9)));

        assertThat(state()).isEqualTo(DiskStatus.State.READ_ONLY);
        assertThat(store.disks().getFirst().reason()).contains("Read-only file system");
        assertThat(ChunkStore.fits(1, store.room())).isFalse();
        assertThat(store.freeBytes()).isZero();
        assertThat(read(store, id(1, 1))).isEqualTo(content(1, 9));
        assertThat(listed(store)).hasSize(1);
        for (int i = 0; i < 2 * Disk.MAX_FAILURES; i++) {
            store.check();
        }
        assertThat(losses).isEmpty();

        disk.readOnly(false);
        store.check();
        assertThat(state()).isEqualTo(DiskStatus.State.SERVING);
        store(store, id(2, 1), content(2, 9));
        assertNoProbeIsLeft();
    }

    @Test
    void aDiskThatCanOnlyBeReadIsFoundOutWithoutAWriter() {
        disk.readOnly(true);
        store.check();
        assertThat(state()).isEqualTo(DiskStatus.State.READ_ONLY);
    }

    /**
     * It cannot be quarantined, and must not be announced nevertheless. The chunk can be stored
     * again when the disk is writable again.
     */
    @Test
    void aBadReplicaOnADiskThatCanOnlyBeReadIsHidden() throws IOException {
        store(store, id(1, 1), content(1, BLOCK));
        StoredChunk sound = store(store, id(2, 1), content(2, 9));
        disk.overwrite(new DiskPaths(ROOT).chunk(id(1, 1), FIRST), new byte[200]);
        disk.readOnly(true);

        assertRefused(Refusal.Kind.CORRUPT, () -> store.verify(id(1, 1), FIRST));

        assertThat(losses).singleElement().isInstanceOf(StoreLoss.Replica.class);
        assertThat(listed(store)).containsExactly(sound);
        assertThat(store.find(id(1, 1), FIRST)).isEmpty();
        assertRefused(Refusal.Kind.NO_SUCH_CHUNK, () -> store.open(id(1, 1), FIRST));

        disk.readOnly(false);
        store.check();
        store(store, id(1, 1), content(1, BLOCK));
        assertThat(read(store, id(1, 1))).isEqualTo(content(1, BLOCK));
    }

    @Test
    void aDiskThatWasGoneIsTakenBackByItself() throws IOException {
        StoredChunk storedChunk = store(store, id(1, 1), content(1, 9));
        SimulatedDisk.Vanished vanished = disk.vanish(ROOT);
        store.check();
        assertThat(state()).isEqualTo(DiskStatus.State.FAILED);
        assertThat(losses).singleElement().isInstanceOf(StoreLoss.WholeDisk.class);
        disk.comeBack(vanished);
        changed.clear();

        DiskStatus.State after = awaitServing();

        assertThat(after).isEqualTo(DiskStatus.State.SERVING);
        assertThat(changed).as("slots whose content is to be looked at anew").hasSize(Slot.COUNT);
        assertThat(listed(store)).containsExactly(storedChunk);
        assertThat(store.usedBytes()).isPositive();
        store(store, id(2, 1), content(2, 9));
        assertThat(losses).hasSize(1);
    }

    /** The pause before another attempt takes seconds. */
    private DiskStatus.State awaitServing() {
        long end = System.nanoTime() + 20_000_000_000L;
        do {
            store.check();
        } while (state() != DiskStatus.State.SERVING && System.nanoTime() - end < 0);
        return state();
    }

    @Test
    void aDiskWithErrorsIsTakenBackWhenTheyAreOver() {
        store(store, id(1, 1), content(1, 9));
        disk.kill(ROOT);
        assertRefused(Refusal.Kind.DISK_FAILED, () -> store(store, id(2, 1), content(2, 9)));
        disk.revive(ROOT);

        store.check();

        assertThat(read(store, id(1, 1))).isEqualTo(content(1, 9));
    }

    /** A writer of the disk as it was would write unseen by the store of the disk as it is. */
    @Test
    void aDiskIsNotTakenBackBeforeItsWritersAreDone() {
        byte[] bytes = content(1, BLOCK);
        ChunkWriter writer = store.begin(header(id(1, 1), BLOCK));
        TestChunks.write(writer, bytes);
        disk.kill(ROOT);
        store.check();
        disk.revive(ROOT);

        store.check();
        assertThat(state()).isEqualTo(DiskStatus.State.FAILED);
        assertRefused(Refusal.Kind.DISK_FAILED, () -> writer.finish(BLOCK, Checksums.of(bytes)));
        writer.close();

        store.check();
        assertThat(state()).isEqualTo(DiskStatus.State.SERVING);
    }

    /** Rule 12. */
    @Test
    void aDiskThatWasRefusedAtTheStartIsTakenWhenItIsThere() throws IOException {
        TestChunks.format(disk, OTHER).close();
        store.close();
        SimulatedDisk.Vanished vanished = disk.vanish(OTHER);
        store = open(ROOT, OTHER);
        assertThat(store.disks()).extracting(DiskStatus::state).contains(DiskStatus.State.REFUSED);

        disk.comeBack(vanished);
        store.check();

        assertThat(store.disks()).extracting(DiskStatus::state).containsOnly(DiskStatus.State.SERVING);
    }

    /** Rule 12: a copy of another disk is mounted in place of the disk. */
    @Test
    void aForeignDiskIsNotTakenBack() throws IOException {
        DiskPaths tree = new DiskPaths(ROOT);
        byte[] own = disk.bytes(tree.identity());
        String foreign =
                new DiskIdentity(TestChunks.CLUSTER, new io.trivet.model.NodeId(9), java.util.UUID.randomUUID()).text();
        disk.overwrite(tree.identity(), foreign.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        store.check();
        store.check();
        assertThat(state()).isEqualTo(DiskStatus.State.FAILED);

        disk.overwrite(tree.identity(), own);
        assertThat(awaitServing()).isEqualTo(DiskStatus.State.SERVING);
    }

    /** Rule 11: the kernel reports a failed fsync once. */
    @Test
    void aDiskWhoseDirectoriesCouldNotBeSyncedIsNotTakenBack() throws IOException {
        TestChunks.format(disk, OTHER).close();
        store.close();
        disk.failSync(0);
        store = open(ROOT, OTHER);
        assertThat(store.disks()).extracting(DiskStatus::state).contains(DiskStatus.State.REFUSED);
        for (int i = 0; i < 3; i++) {
            store.check();
            assertThat(store.disks()).extracting(DiskStatus::state).contains(DiskStatus.State.REFUSED);
        }
    }

    @Test
    void aSlotsDirectoryThatIsGoneIsALossOfThatSlotAndNothingElse() throws IOException {
        Path gone = new DiskPaths(ROOT).slot(FIRST);
        store(store, id(1, 1), content(1, 9));
        StoredChunk next = store(store, id(1, 2), content(2, 9));
        long used = store.usedBytes();
        disk.vanish(gone);

        for (int i = 0; i < 2 * Disk.MAX_FAILURES; i++) {
            assertRefused(Refusal.Kind.NO_SUCH_CHUNK, () -> store.open(id(1, 1), FIRST));
            assertThat(store.find(id(1, 1), FIRST)).isEmpty();
            assertRefused(Refusal.Kind.NO_SUCH_CHUNK, () -> store.verify(id(1, 1), FIRST));
        }

        assertThat(losses).singleElement().isInstanceOfSatisfying(StoreLoss.WholeSlot.class, loss -> {
            assertThat(loss.slot()).isEqualTo(FIRST);
            assertThat(loss.disk()).isEqualTo(ROOT);
        });
        assertThat(state()).isEqualTo(DiskStatus.State.SERVING);
        assertThat(store.verify(id(1, 2), FIRST).stored()).isEqualTo(next);
        assertThat(store.usedBytes()).isEqualTo(used / 2);
        store(store, id(1, 1), content(1, 9));
        assertThat(read(store, id(1, 1))).isEqualTo(content(1, 9));
    }

    @Test
    void aSlotsDirectoryThatIsGoneIsNoticedByAListAndByAWriter() throws IOException {
        store(store, id(1, 1), content(1, 9));
        disk.vanish(new DiskPaths(ROOT).slot(FIRST));
        assertThat(listed(store)).isEmpty();
        assertThat(losses).singleElement().isInstanceOf(StoreLoss.WholeSlot.class);

        store(store, id(2, 1), content(2, 9));
        disk.vanish(new DiskPaths(ROOT).slot(FIRST));
        StoredChunk storedChunk = store(store, id(3, 1), content(3, 9));
        assertThat(losses).hasSize(2).allMatch(StoreLoss.WholeSlot.class::isInstance);
        assertThat(listed(store)).containsExactly(storedChunk);
    }

    /** Rule 11. */
    @Test
    void aChunkIsNotClaimedBeforeItsDirectoryIsDurable() {
        List<Boolean> claimed = new ArrayList<>();
        Path slot = new DiskPaths(ROOT).slot(FIRST);
        store(store, id(1, 1), content(1, 9));
        disk.beforeDirectorySync(directory -> {
            if (directory.equals(slot)) {
                claimed.add(store.find(id(2, 1), FIRST).isPresent());
                claimed.add(listed(store).size() != 1);
                assertRefused(Refusal.Kind.NO_SUCH_CHUNK, () -> store.open(id(2, 1), FIRST));
            }
        });

        StoredChunk storedChunk = store(store, id(2, 1), content(2, 9));

        assertThat(claimed).containsExactly(false, false);
        assertThat(store.find(id(2, 1), FIRST).orElseThrow().stored()).isEqualTo(storedChunk);
    }

    private static void assertRefused(Refusal.Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TrivetException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
