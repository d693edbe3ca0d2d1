package io.trivet.chunk;

import static io.trivet.chunk.TestChunks.FIRST;
import static io.trivet.chunk.TestChunks.content;
import static io.trivet.chunk.TestChunks.header;
import static io.trivet.chunk.TestChunks.id;
import static io.trivet.chunk.TestChunks.listed;
import static io.trivet.chunk.TestChunks.read;
import static io.trivet.chunk.TestChunks.sharing;
import static io.trivet.chunk.TestChunks.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Checksums;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.Refusal;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small chunks that share volumes. */
class VolumesTest {
    private static final int BLOCK = ChunkSize.BLOCK_BYTES;
    private static final Path ROOT = Path.of("/disk");
    private static final DiskPaths TREE = new DiskPaths(ROOT);

    private final SimulatedDisk disk = new SimulatedDisk();
    private final List<StoreLoss> losses = new ArrayList<>();
    private ChunkStore store;

    @BeforeEach
    void open() throws IOException {
        TestChunks.format(disk, ROOT).close();
        store = ChunkStore.open(disk, sharing(ROOT), losses::add);
    }

    /** As after a normal end: the volumes are sealed. */
    private void reopen() throws IOException {
        store.close();
        store = ChunkStore.open(disk, sharing(ROOT), losses::add);
    }

    /** As after the death of the process. */
    private void restart() {
        disk.restart(SimulatedDisk.Survival.EVERYTHING, 0);
        store = ChunkStore.open(disk, sharing(ROOT), losses::add);
    }

    private void storeAll(int from, int to) {
        for (int i = from; i <= to; i++) {
            store(store, id(i, 1), content(i, 1000 + i));
        }
    }

    private void assertThere(int from, int to) {
        for (int i = from; i <= to; i++) {
            assertThat(read(store, id(i, 1))).as("chunk %d", i).isEqualTo(content(i, 1000 + i));
            assertThat(store.verify(id(i, 1), FIRST).header().length()).isEqualTo(1000 + i);
        }
    }

    private Map<ChunkId, RecordLocation> records() throws IOException {
        Map<ChunkId, RecordLocation> records = new HashMap<>();
        for (Path volume : disk.filesBelow(TREE.volumes()).keySet()) {
            VolumeSurvey.of(disk, volume, new VolumeSurvey.Visitor() {
                @Override
                public void record(ChunkId chunk, Slot slot, RecordLocation location) {
                    records.put(chunk, location);
                }

                @Override
                public void damaged(Path path, long from, long to) {}
            });
        }
        return records;
    }

    private void flip(Path file, long at) throws IOException {
        byte[] bytes = disk.bytes(file);
        bytes[(int) at] ^= 4;
        disk.overwrite(file, bytes);
    }

    private int volumes() throws IOException {
        return disk.exists(TREE.volumes()) ? disk.filesBelow(TREE.volumes()).size() : 0;
    }

    @Test
    void smallChunksShareOneFileAndOthersHaveTheirOwn() throws IOException {
        storeAll(1, 50);
        store(store, id(99, 1), content(99, 3 * BLOCK));
        store(store, id(100, 1), new byte[0]);

        assertThat(volumes()).isEqualTo(1);
        assertThat(disk.filesBelow(TREE.chunks())).hasSize(1);
        assertThat(disk.filesBelow(TREE.temporary())).isEmpty();
        assertThat(listed(store)).hasSize(52);
        assertThere(1, 50);
        assertThat(read(store, id(100, 1))).isEmpty();
        assertThat(store.usedBytes()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRestartFindsTheSame(boolean orderly) throws IOException {
        storeAll(1, 50);
        store.remove(id(7, 1), FIRST);
        List<StoredChunk> before = listed(store);
        long used = store.usedBytes();

        for (int i = 0; i < 3; i++) {
            if (orderly) {
                reopen();
            } else {
                restart();
            }
        }

        assertThat(listed(store)).containsExactlyInAnyOrderElementsOf(before).hasSize(49);
        assertThat(store.usedBytes()).isEqualTo(used);
        assertThat(store.find(id(7, 1), FIRST)).isEmpty();
        storeAll(51, 60);
        assertThere(8, 60);
        assertThat(losses).isEmpty();
    }

    @Test
    void aRangeIsReadWithItsChecksums() {
        byte[] bytes = content(1, BLOCK + 500);
        store(store, id(1, 1), bytes);
        try (ChunkReader reader = store.open(id(1, 1), FIRST)) {
            ByteBuffer into = ByteBuffer.allocate(7);
            assertThat(reader.read(BLOCK - 3, into)).isEqualTo(7);
            assertThat(into.flip()).isEqualTo(ByteBuffer.wrap(bytes, BLOCK - 3, 7));
            assertThat(reader.read(bytes.length - 2, ByteBuffer.allocate(7))).isEqualTo(2);
            assertThat(reader.blockCrcs(BLOCK, 500)).isEqualTo(TestChunks.crcs(bytes, BLOCK, 500));
        }
    }

    /** Rule 1. */
    @Test
    void aNameHoldsOneContent() {
        byte[] bytes = content(1, 500);
        StoredChunk first = store(store, id(1, 1), bytes);
        long used = store.usedBytes();

        assertThat(store(store, id(1, 1), bytes)).isEqualTo(first);
        assertRefused(Refusal.Kind.DIFFERENT_CONTENT, () -> store(store, id(1, 1), content(2, 500)));
        assertThat(store.usedBytes()).isEqualTo(used);
        assertThat(read(store, id(1, 1))).isEqualTo(bytes);
    }

    /** A chunk that an earlier release stored stays in its file, and is removed with it. */
    @Test
    void aSmallChunkInAFileOfItsOwnIsFoundAndRemoved() throws IOException {
        store.close();
        try (ChunkStore earlier = ChunkStore.open(disk, TestChunks.settings(ROOT), losses::add)) {
            store(earlier, id(1, 1), content(1, 1001));
        }
        store = ChunkStore.open(disk, sharing(ROOT), losses::add);
        storeAll(1, 2);

        assertThere(1, 2);
        assertThat(listed(store)).hasSize(2);
        assertThat(disk.filesBelow(TREE.chunks())).hasSize(1);
        assertThat(store.remove(id(1, 1), FIRST)).isTrue();
        assertThat(store.find(id(1, 1), FIRST)).isEmpty();
        assertThat(disk.filesBelow(TREE.chunks())).isEmpty();
    }

    /** A bad file that a crash brought back does not hide the record that replaced it. */
    @Test
    void aRecordHidesAFileOfTheSameChunk() throws IOException {
        storeAll(1, 1);
        disk.makeDirectory(TREE.slot(FIRST));
        DiskFiles.OpenFile file = disk.create(TREE.chunk(id(1, 1), FIRST));
        file.write(ByteBuffer.wrap(new byte[500]), 0);
        file.sync();
        reopen();

        assertThere(1, 1);
        assertThat(listed(store)).hasSize(1);
        store.remove(id(1, 1), FIRST);
        assertThat(store.find(id(1, 1), FIRST)).isEmpty();
        assertThat(losses).isEmpty();
    }

    @Test
    void theDiskOfAnEarlierReleaseGetsANewVersionWithItsFirstVolume() throws IOException {
        assertThat(text(TREE.identity())).contains("version 1\n");
        store(store, id(1, 1), content(1, 3 * BLOCK));
        assertThat(text(TREE.identity())).contains("version 1\n");

        storeAll(2, 2);

        assertThat(text(TREE.identity())).contains("version 2\n");
        store.check();
        assertThat(store.disks().getFirst().state()).isEqualTo(DiskStatus.State.SERVING);
        reopen();
        assertThere(2, 2);
    }

    @Test
    void aDiskWithoutItsVolumesWasWiped() throws IOException {
        storeAll(1, 1);
        store.close();
        disk.vanish(TREE.volumes());

        assertRefused(Refusal.Kind.DISK_FAILED, () -> ChunkStore.open(disk, sharing(ROOT), losses::add));
    }

    @Test
    void aVolumeOfANewerReleaseIsRefusedPlainly() throws IOException {
        storeAll(1, 1);
        store.close();
        Path volume = TREE.volume(1);
        byte[] bytes = disk.bytes(volume);
        ByteBuffer.wrap(bytes).putInt(8, 2).putInt(60, 0);
        ByteBuffer.wrap(bytes).putInt(60, Checksums.of(ByteBuffer.wrap(bytes, 0, 60)));
        disk.overwrite(volume, bytes);

        assertRefused(Refusal.Kind.WRONG_VERSION, () -> ChunkStore.open(disk, sharing(ROOT), losses::add));
    }

    @Test
    void oneSyncServesAllWhoWait() throws Exception {
        storeAll(1000, 1000);
        int before = disk.syncs();
        disk.syncTakes(20);
        List<Callable<StoredChunk>> writers = new ArrayList<>();
        for (int i = 1; i <= 32; i++) {
            int number = i;
            writers.add(() -> store(store, id(number, 1), content(number, 1000 + number)));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(32)) {
            for (Future<StoredChunk> outcome : threads.invokeAll(writers, 30, TimeUnit.SECONDS)) {
                outcome.get();
            }
        }
        assertThat(disk.syncs() - before).isLessThan(16);
        assertThere(1, 32);
        restart();
        assertThere(1, 32);
    }

    /** What one chunk costs on a disk that has a volume: one sync, no name. */
    @Test
    void aSmallChunkCostsOneSync() {
        storeAll(1, 1);
        int syncs = disk.syncs();
        long changes = disk.changes();

        storeAll(2, 2);

        assertThat(disk.syncs() - syncs).isEqualTo(1);
        assertThat(disk.changes() - changes).as("one write and one sync").isEqualTo(2);
    }

    /** Rule 11: every sync of a store operation fails once. */
    @Test
    void aFailedSyncFailsThoseWhoWaitAndNothingElse() throws IOException {
        for (int failing = 0; failing < 8; failing++) {
            SimulatedDisk fresh = new SimulatedDisk();
            TestChunks.format(fresh, ROOT).close();
            ChunkStore first = ChunkStore.open(fresh, sharing(ROOT), losses::add);
            fresh.failSync(failing);
            List<Integer> acknowledged = new ArrayList<>();
            for (int i = 1; i <= 8; i++) {
                try {
                    store(first, id(i, 1), content(i, 500));
                    acknowledged.add(i);
                } catch (TrivetException e) {
                    assertThat(e.kind()).isEqualTo(Refusal.Kind.DISK_FAILED);
                    assertThat(first.find(id(i, 1), FIRST)).isEmpty();
                }
            }
            assertThat(acknowledged).as("sync %d failed", failing).hasSizeGreaterThanOrEqualTo(7);
            assertThat(first.disks().getFirst().state()).isEqualTo(DiskStatus.State.SERVING);

            fresh.restart(SimulatedDisk.Survival.NOTHING, 0);
            ChunkStore second = ChunkStore.open(fresh, sharing(ROOT), losses::add);
            for (int i : acknowledged) {
                assertThat(read(second, id(i, 1))).as("sync %d failed", failing).isEqualTo(content(i, 500));
            }
            assertThat(listed(second)).hasSize(acknowledged.size());
        }
    }

    @Test
    void aFailedSyncIsNamedInTheLossAndTheVolumeIsNotUsedAnyMore() throws IOException {
        storeAll(1, 1);
        disk.failSync(0);

        assertRefused(Refusal.Kind.DISK_FAILED, () -> store(store, id(2, 1), content(2, 9)));

        assertThat(losses).singleElement().isInstanceOfSatisfying(StoreLoss.Replica.class, loss -> {
            assertThat(loss.chunk()).isEqualTo(id(2, 1));
            assertThat(loss.reason()).contains("Input/output error");
        });
        long size = disk.size(TREE.volume(1));
        storeAll(2, 3);
        assertThat(disk.size(TREE.volume(1))).isEqualTo(size);
        assertThat(volumes()).isEqualTo(2);
        assertThere(1, 3);
        restart();
        assertThere(1, 3);
    }

    /** In each state of the volume: one chunk is quarantined, and its neighbours are as they were. */
    @ParameterizedTest
    @ValueSource(strings = {"running", "sealed", "died"})
    void aFlippedBitCostsOneChunk(String when) throws IOException {
        storeAll(1, 9);
        RecordLocation location = records().get(id(5, 1));
        for (long at : new long[] {
            location.start() - 64,
            location.start() - 20,
            location.start(),
            location.start() + 1004,
            location.start() + 1005,
            location.start() + location.size() - 1
        }) {
            SimulatedDisk.Copy before = disk.copy(location.volume());
            losses.clear();
            if (when.equals("sealed")) {
                store.close();
            }
            flip(location.volume(), at);
            if (when.equals("sealed")) {
                store = ChunkStore.open(disk, sharing(ROOT), losses::add);
            } else if (when.equals("died")) {
                restart();
            }

            assertRefused(Refusal.Kind.CORRUPT, () -> store.verify(id(5, 1), FIRST));
            assertThat(store.find(id(5, 1), FIRST)).isEmpty();
            assertThat(losses).as("byte %d", at).hasSize(1).hasOnlyElementsOfType(StoreLoss.Replica.class);
            assertThere(1, 4);
            assertThere(6, 9);
            assertThat(disk.filesBelow(TREE.quarantine())).hasSize(1);
            disk.filesBelow(TREE.quarantine()).keySet().forEach(this::delete);

            restart();
            assertThat(store.find(id(5, 1), FIRST)).isEmpty();
            assertThere(6, 9);
            store(store, id(5, 1), content(5, 1005));
            assertThere(1, 9);
            store.close();
            disk.restore(before);
            disk.filesBelow(TREE.volumes()).keySet().stream()
                    .filter(volume -> !volume.equals(location.volume()))
                    .forEach(this::delete);
            store = ChunkStore.open(disk, sharing(ROOT), losses::add);
            assertThere(1, 9);
        }
    }

    private void delete(Path path) {
        try {
            disk.delete(path);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 12, 20, 40})
    void aDamagedHeaderOfTheVolumeCostsNothing(int at) throws IOException {
        storeAll(1, 9);
        store.close();
        flip(TREE.volume(1), at);
        store = ChunkStore.open(disk, sharing(ROOT), losses::add);
        assertThere(1, 9);
        assertThat(losses).isEmpty();
        reopen();
        assertThere(1, 9);
    }

    @Test
    void damagedContentsAreReadFromTheRecords() throws IOException {
        storeAll(1, 9);
        store.remove(id(3, 1), FIRST);
        store.close();
        byte[] bytes = disk.bytes(TREE.volume(1));
        Arrays.fill(bytes, bytes.length - 40, bytes.length, (byte) 9);
        disk.overwrite(TREE.volume(1), bytes);

        store = ChunkStore.open(disk, sharing(ROOT), losses::add);

        assertThere(1, 2);
        assertThere(4, 9);
        assertThat(store.find(id(3, 1), FIRST)).isEmpty();
        assertThat(losses).isEmpty();
    }

    /** The bytes of a volume, saved as a chunk, are not taken for records after damage. */
    @Test
    void aVolumeSavedAsAChunkIsNoVolume() throws IOException {
        storeAll(1, 5);
        byte[] volume = disk.bytes(TREE.volume(1));
        store(store, id(50, 1), volume);
        storeAll(51, 52);
        long start = records().get(id(50, 1)).start();
        flip(TREE.volume(1), start - 30);
        restart();

        assertRefused(Refusal.Kind.CORRUPT, () -> store.verify(id(50, 1), FIRST));
        assertThere(1, 5);
        assertThere(51, 52);
        assertThat(listed(store)).hasSize(7);
    }

    /** Only an unknown chunk is lost if header and trailer are damaged; that is reported once. */
    @Test
    void aRecordThatCannotBeRecognizedIsReportedOnce() throws IOException {
        storeAll(1, 9);
        RecordLocation location = records().get(id(5, 1));
        flip(location.volume(), location.start() - 64);
        flip(location.volume(), location.start() + location.size() - 1);
        restart();

        assertThat(losses).singleElement().isInstanceOf(StoreLoss.Volume.class);
        assertThere(1, 4);
        assertThere(6, 9);
        losses.clear();
        restart();
        reopen();
        assertThat(losses).isEmpty();
        assertThere(6, 9);
    }

    @Test
    void aVolumeThatIsGoneIsALossAndTheDiskGoesOn() throws IOException {
        storeAll(1, 5);
        reopen();
        storeAll(6, 9);
        disk.vanish(TREE.volume(1));

        assertRefused(Refusal.Kind.NO_SUCH_CHUNK, () -> store.open(id(1, 1), FIRST));

        assertThat(losses).singleElement().isInstanceOf(StoreLoss.Volume.class);
        assertThat(store.disks().getFirst().state()).isEqualTo(DiskStatus.State.SERVING);
        assertThere(6, 9);
        storeAll(1, 5);
        assertThere(1, 9);
    }

    /** Nothing is acknowledged in a file that has no name any more. */
    @Test
    void theOpenVolumeThatIsGoneTakesNothing() throws IOException {
        storeAll(1, 2);
        disk.vanish(TREE.volume(1));

        assertRefused(Refusal.Kind.DISK_FAILED, () -> store(store, id(3, 1), content(3, 9)));

        storeAll(4, 5);
        assertThere(4, 5);
        assertThat(store.find(id(1, 1), FIRST)).isEmpty();
        assertThat(losses).hasAtLeastOneElementOfType(StoreLoss.Volume.class);
        restart();
        assertThere(4, 5);
    }

    /** Rule 12: a missing disk never answers that it lacks a chunk. */
    @Test
    void aDiskThatIsUnmountedIsNoticedByAReader() throws IOException {
        storeAll(1, 2);
        SimulatedDisk.Vanished vanished = disk.vanish(ROOT);

        assertRefused(Refusal.Kind.DISK_FAILED, () -> store.open(id(1, 1), FIRST));

        assertThat(losses).singleElement().isInstanceOf(StoreLoss.WholeDisk.class);
        disk.comeBack(vanished);
        store.check();
        assertThere(1, 2);
        storeAll(3, 4);
        assertThere(1, 4);
    }

    @Test
    void aReadOnlyDiskServesWhatItHasAndHidesWhatIsBad() throws IOException {
        storeAll(1, 3);
        RecordLocation location = records().get(id(2, 1));
        flip(location.volume(), location.start() + 3);
        disk.readOnly(true);

        assertRefused(Refusal.Kind.DISK_FAILED, () -> store(store, id(4, 1), content(4, 9)));
        assertRefused(Refusal.Kind.CORRUPT, () -> store.verify(id(2, 1), FIRST));

        assertThat(store.disks().getFirst().state()).isEqualTo(DiskStatus.State.READ_ONLY);
        assertThat(listed(store)).hasSize(2);
        assertRefused(Refusal.Kind.NO_SUCH_CHUNK, () -> store.open(id(2, 1), FIRST));
        disk.readOnly(false);
        store.check();
        storeAll(2, 4);
        assertThere(1, 4);
        restart();
        assertThere(1, 4);
    }

    @Test
    void aFullDiskRefusesAndLosesNothing() throws IOException {
        storeAll(1, 3);
        disk.capacity(Long.MAX_VALUE - disk.freeBytes(ROOT) + 600);
        assertRefused(Refusal.Kind.DISK_FULL, () -> store(store, id(4, 1), content(4, 9000)));
        ChunkWriter writer;
        disk.capacity(Long.MAX_VALUE);
        writer = store.begin(header(id(4, 1), 9000));
        TestChunks.write(writer, content(4, 9000));
        disk.capacity(Long.MAX_VALUE - disk.freeBytes(ROOT) + 600);
        assertRefused(Refusal.Kind.DISK_FULL, () -> writer.finish(9000, Checksums.of(content(4, 9000))));
        writer.close();
        assertThere(1, 3);
        disk.capacity(Long.MAX_VALUE);
        storeAll(4, 5);
        assertThere(1, 5);
        assertThat(losses).isEmpty();
        restart();
        assertThere(1, 5);
    }

    @Test
    void aMostlyDeadVolumeIsRewrittenAndDeleted() throws IOException {
        storeAll(1, 20);
        reopen();
        for (int i = 1; i <= 15; i++) {
            store.remove(id(i, 1), FIRST);
        }
        long used = store.usedBytes();
        try (ChunkReader reader = store.open(id(20, 1), FIRST)) {
            store.check();

            assertThat(disk.exists(TREE.volume(1))).isFalse();
            ByteBuffer bytes = ByteBuffer.allocate(1020);
            reader.readBlocks(0, bytes);
            assertThat(bytes.array()).isEqualTo(content(20, 1020));
        }
        assertThat(store.usedBytes()).isEqualTo(used);
        assertThat(volumes()).isEqualTo(1);
        assertThere(16, 20);
        restart();
        assertThere(16, 20);
        assertThat(listed(store)).hasSize(5);
        assertThat(losses).isEmpty();
    }

    @Test
    void compactionQuarantinesWhatIsBadAndMovesTheRest() throws IOException {
        storeAll(1, 20);
        reopen();
        RecordLocation location = records().get(id(17, 1));
        flip(location.volume(), location.start() + 9);
        for (int i = 1; i <= 15; i++) {
            store.remove(id(i, 1), FIRST);
        }

        store.check();

        assertThat(disk.exists(TREE.volume(1))).isFalse();
        assertThat(losses).singleElement().isInstanceOf(StoreLoss.Replica.class);
        assertThat(disk.filesBelow(TREE.quarantine())).hasSize(1);
        assertThere(16, 16);
        assertThere(18, 20);
    }

    @Test
    void aMostlyDeadOpenVolumeIsSealedAndRewritten() {
        byte[] bytes = content(1, BLOCK);
        for (int i = 1; i <= 40; i++) {
            store(store, id(i, 1), bytes);
        }
        for (int i = 1; i <= 30; i++) {
            store.remove(id(i, 1), FIRST);
        }
        long before = disk.used();

        store.check();

        assertThat(before - disk.used()).isGreaterThan(29 * BLOCK);
        for (int i = 31; i <= 40; i++) {
            assertThat(read(store, id(i, 1))).isEqualTo(bytes);
        }
    }

    /** The contents of a volume say nothing else than its records. */
    @Test
    void aChunkThatIsRemovedWhileItsVolumeIsSealedDoesNotComeBack() throws IOException {
        storeAll(1, 3);
        AtomicLong used = new AtomicLong();
        disk.beforeSync(() -> {
            store.remove(id(2, 1), FIRST);
            used.set(store.usedBytes());
        });
        reopen();
        disk.beforeSync(() -> {});

        assertThat(store.usedBytes()).as("before anything is read").isEqualTo(used.get());
        assertThat(listed(store)).hasSize(2);
        assertThat(losses).isEmpty();
    }

    /** The two marks of a removal are in different places of the volume; a crash may lose either. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRemovalOfWhichOneMarkWasLostIsToldAlikeToAll(boolean lostInTheRecord) throws IOException {
        storeAll(1, 3);
        reopen();
        Path volume = TREE.volume(1);
        RecordLocation record = records().get(id(2, 1));
        byte[] before = disk.bytes(volume);
        store.remove(id(2, 1), FIRST);
        byte[] after = disk.bytes(volume);
        int header = (int) record.start() - VolumeFormat.UNIT;
        byte[] left = lostInTheRecord ? after : before;
        System.arraycopy(lostInTheRecord ? before : after, header, left, header, VolumeFormat.UNIT);
        disk.overwrite(volume, left);

        restart();

        assertThat(listed(store)).extracting(StoredChunk::chunk).containsExactlyInAnyOrder(id(1, 1), id(3, 1));
        assertThat(records().keySet()).containsExactlyInAnyOrder(id(1, 1), id(3, 1));
        assertThat(losses).isEmpty();
    }

    /** Each start begins a volume, and they do not add up. */
    @Test
    void smallVolumesAreMerged() throws IOException {
        for (int i = 1; i <= 30; i++) {
            storeAll(i, i);
            reopen();
            store.check();
        }
        assertThat(volumes()).isLessThan(12);
        assertThere(1, 30);
    }

    @Test
    void aChunkIsNotFoundBeforeItIsDurable() {
        List<Boolean> found = new ArrayList<>();
        storeAll(1, 1);
        disk.beforeSync(() -> {
            found.add(store.find(id(2, 1), FIRST).isPresent());
            found.add(listed(store).size() != 1);
        });
        storeAll(2, 2);
        assertThat(found).containsExactly(false, false);
    }

    private String text(Path path) throws IOException {
        return new String(disk.bytes(path), StandardCharsets.UTF_8);
    }

    private static void assertRefused(Refusal.Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TrivetException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
