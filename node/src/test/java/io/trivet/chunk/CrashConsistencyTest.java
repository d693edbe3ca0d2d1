package io.trivet.chunk;

import static io.trivet.chunk.TestChunks.FIRST;
import static io.trivet.chunk.TestChunks.content;
import static io.trivet.chunk.TestChunks.id;
import static io.trivet.chunk.TestChunks.listed;
import static io.trivet.chunk.TestChunks.read;
import static io.trivet.chunk.TestChunks.store;
import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Cuts the power after every single change that a workload makes to a disk. Each time the store
 * opens, every acknowledged chunk is complete, and no other chunk is served in part (rules 1 and
 * 11).
 */
class CrashConsistencyTest {
    private static final Path ROOT = Path.of("/disk");

    /**
     * Two chunks of one slot, one that is stored twice, an empty one, one that is removed, one of
     * several pieces.
     */
    private static final List<ChunkId> CHUNKS =
            List.of(id(1, 1), id(1, 2), id(2, 1), id(3, 3), id(1, 1), id(4, 1), id(5, 4), id(6, 1));

    private static final ChunkId REMOVED = id(2, 1);
    private static final ChunkId EMPTY = id(4, 1);

    /** Where the small chunks are: in files of their own, or in volumes. */
    enum Small {
        IN_FILES(0),
        IN_VOLUMES(StoreSettings.USUAL_SMALL_BYTES);

        private final int bytes;

        Small(int bytes) {
            this.bytes = bytes;
        }

        ChunkStore open(DiskFiles disk) {
            return ChunkStore.open(
                    disk,
                    new StoreSettings(TestChunks.CLUSTER, TestChunks.NODE, List.of(ROOT), 0, bytes),
                    storeLoss -> {});
        }
    }

    @ParameterizedTest
    @MethodSource("survivals")
    void everyPrefixOfChangesLeavesAStoreWithAllThatWasAcknowledged(Small small, SimulatedDisk.Survival survival)
            throws IOException {
        long before = formatted().changes();
        SimulatedDisk whole = formatted();
        work(small, whole, new HashSet<>());
        long changes = whole.changes();
        assertThat(changes - before).isGreaterThan(30);

        for (long count = before; count <= changes; count++) {
            SimulatedDisk disk = formatted();
            disk.losePowerAfter(count);
            Set<ChunkId> acknowledged = new HashSet<>();
            work(small, disk, acknowledged);
            disk.restart(survival, count);
            assertSound(small, disk, acknowledged, small + ", " + survival + " after change " + count);
        }
    }

    static Stream<Arguments> survivals() {
        return Stream.of(Small.values())
                .flatMap(small ->
                        Stream.of(SimulatedDisk.Survival.values()).map(survival -> Arguments.of(small, survival)));
    }

    /**
     * Volumes that are sealed, emptied, rewritten and deleted: nothing is lost, and what was removed
     * is not back if only the process died.
     */
    @ParameterizedTest
    @EnumSource(SimulatedDisk.Survival.class)
    void everyPrefixOfACompactionLosesNothing(SimulatedDisk.Survival survival) throws IOException {
        long before = formatted().changes();
        SimulatedDisk whole = formatted();
        rewrite(whole, new HashSet<>(), new HashSet<>());
        assertThat(whole.exists(new DiskPaths(ROOT).volume(1))).isFalse();
        long changes = whole.changes();

        for (long count = before; count <= changes; count++) {
            SimulatedDisk disk = formatted();
            disk.losePowerAfter(count);
            Set<ChunkId> acknowledged = new HashSet<>();
            Set<ChunkId> removed = new HashSet<>();
            rewrite(disk, acknowledged, removed);
            disk.restart(survival, count);
            for (int again = 0; again < 2; again++) {
                String when = survival + " after change " + count + ", start " + again;
                ChunkStore store = assertThere(disk, acknowledged, when);
                if (survival == SimulatedDisk.Survival.EVERYTHING) {
                    for (ChunkId chunk : removed) {
                        assertThat(store.find(chunk, FIRST))
                                .as("%s: %s", when, chunk)
                                .isEmpty();
                    }
                }
                assertThat(disk.filesBelow(ROOT.resolve("quarantine"))).as(when).isEmpty();
                for (ChunkId chunk : acknowledged) {
                    store(store, chunk, bytes(chunk));
                }
                store.check();
                disk.restart(survival, count + 1);
            }
        }
    }

    private static ChunkStore assertThere(SimulatedDisk disk, Set<ChunkId> acknowledged, String when) {
        ChunkStore store = Small.IN_VOLUMES.open(disk);
        for (ChunkId chunk : acknowledged) {
            assertThat(read(store, chunk)).as("%s: %s", when, chunk).isEqualTo(bytes(chunk));
        }
        for (StoredChunk storedChunk : listed(store)) {
            assertThat(read(store, storedChunk.chunk()))
                    .as("%s: %s", when, storedChunk)
                    .isEqualTo(bytes(storedChunk.chunk()));
        }
        return store;
    }

    private static void rewrite(SimulatedDisk disk, Set<ChunkId> acknowledged, Set<ChunkId> removed)
            throws IOException {
        try {
            ChunkStore store = Small.IN_VOLUMES.open(disk);
            for (int i = 1; i <= 6; i++) {
                store(store, id(i, 1), bytes(id(i, 1)));
                acknowledged.add(id(i, 1));
            }
            store.close();
            store = Small.IN_VOLUMES.open(disk);
            for (int i = 1; i <= 4; i++) {
                acknowledged.remove(id(i, 1));
                store.remove(id(i, 1), FIRST);
                removed.add(id(i, 1));
            }
            store.check();
            acknowledged.remove(id(5, 1));
            store.remove(id(5, 1), FIRST);
            removed.add(id(5, 1));
            store(store, id(7, 1), bytes(id(7, 1)));
            acknowledged.add(id(7, 1));
            store.check();
        } catch (SimulatedDisk.PowerLost e) {
            return;
        }
    }

    /**
     * Rule 11: an announced chunk is durable, also if its process died before it could fsync the
     * name.
     */
    @ParameterizedTest
    @EnumSource(Small.class)
    void whatIsClaimedAfterARestartSurvivesALossOfPower(Small small) throws IOException {
        SimulatedDisk whole = formatted();
        work(small, whole, new HashSet<>());
        for (long count = formatted().changes(); count <= whole.changes(); count++) {
            SimulatedDisk disk = formatted();
            disk.losePowerAfter(count);
            work(small, disk, new HashSet<>());
            disk.restart(SimulatedDisk.Survival.EVERYTHING, count);
            Set<StoredChunk> claimed = open(small, disk);
            Set<ChunkId> acknowledged = new HashSet<>();
            work(small, disk, acknowledged);

            disk.restart(SimulatedDisk.Survival.NOTHING, count);

            Set<StoredChunk> after = open(small, disk);
            claimed.removeIf(storedChunk -> storedChunk.chunk().equals(REMOVED));
            assertThat(after).as("died after change %d", count).containsAll(claimed);
            assertThat(after).extracting(StoredChunk::chunk).containsAll(acknowledged);
        }
    }

    /** Rule 12: a disk is formatted completely or not at all. */
    @ParameterizedTest
    @EnumSource(SimulatedDisk.Survival.class)
    void halfFormattedDiskIsNoDiskAndCanBeFormattedAgain(SimulatedDisk.Survival survival) throws IOException {
        for (long count = 1; count < formatted().changes(); count++) {
            SimulatedDisk disk = new SimulatedDisk();
            disk.makeDirectory(ROOT);
            disk.syncDirectory(Path.of("/"));
            disk.losePowerAfter(2 + count);
            boolean formatted = false;
            try {
                ChunkStore.format(disk, ROOT, TestChunks.CLUSTER, TestChunks.NODE);
                formatted = true;
            } catch (SimulatedDisk.PowerLost e) {
                assertThat(formatted).isFalse();
            }
            disk.restart(survival, count);
            if (!disk.exists(ROOT.resolve("trivet-disk"))) {
                assertThat(formatted).isFalse();
                ChunkStore.format(disk, ROOT, TestChunks.CLUSTER, TestChunks.NODE);
            }
            assertThat(open(Small.IN_VOLUMES, disk)).isEmpty();
        }
    }

    private static SimulatedDisk formatted() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        TestChunks.format(disk, ROOT).close();
        return disk;
    }

    private static void work(Small small, SimulatedDisk disk, Set<ChunkId> acknowledged) {
        try {
            ChunkStore store = small.open(disk);
            for (ChunkId chunk : CHUNKS) {
                store(store, chunk, bytes(chunk));
                acknowledged.add(chunk);
            }
            acknowledged.remove(REMOVED);
            store.remove(REMOVED, FIRST);
            store(store, id(7, 1), bytes(id(7, 1)));
            acknowledged.add(id(7, 1));
        } catch (SimulatedDisk.PowerLost e) {
            return;
        }
    }

    private static void assertSound(Small small, SimulatedDisk disk, Set<ChunkId> acknowledged, String when)
            throws IOException {
        ChunkStore store = small.open(disk);
        for (ChunkId chunk : acknowledged) {
            assertThat(read(store, chunk)).as("%s: %s", when, chunk).isEqualTo(bytes(chunk));
        }
        for (StoredChunk storedChunk : listed(store)) {
            assertThat(read(store, storedChunk.chunk()))
                    .as("%s: %s", when, storedChunk)
                    .isEqualTo(bytes(storedChunk.chunk()));
        }
        assertThat(disk.filesBelow(ROOT.resolve("temporary"))).as(when).isEmpty();
        assertThat(disk.filesBelow(ROOT.resolve("quarantine"))).as(when).isEmpty();
        for (ChunkId chunk : CHUNKS) {
            store(store, chunk, bytes(chunk));
        }
    }

    private static Set<StoredChunk> open(Small small, SimulatedDisk disk) throws IOException {
        try (ChunkStore store = small.open(disk)) {
            Set<StoredChunk> claimed = new HashSet<>(listed(store));
            for (StoredChunk storedChunk : claimed) {
                assertThat(read(store, storedChunk.chunk())).isEqualTo(bytes(storedChunk.chunk()));
            }
            return claimed;
        } catch (TrivetException e) {
            throw new AssertionError("the store does not open", e);
        }
    }

    private static byte[] bytes(ChunkId chunk) {
        int length = chunk.equals(EMPTY)
                ? 0
                : chunk.number() == 4
                        ? 3 * ChunkSize.BLOCK_BYTES + 1
                        : (int) chunk.file().counter() * 1000;
        return content(chunk.hashCode(), length);
    }
}
