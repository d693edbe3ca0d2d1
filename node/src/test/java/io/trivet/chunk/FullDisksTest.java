package io.trivet.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.trivet.model.ChunkId;
import io.trivet.model.FileId;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two small disks that fill up, on real file systems. */
class FullDisksTest {
    private static final int LENGTH = 64 << 10;
    private static final long RESERVE = 2 << 20;
    private static final Slot FIRST = TestChunks.FIRST;
    /** A file takes whole blocks of a file system. */
    private static final long ROUNDING = 16 << 10;

    @TempDir
    Path base;

    private static boolean run(String... command) throws IOException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static ChunkId chunk(int number) {
        return new ChunkId(new FileId(1, number), 1);
    }

    private static void store(ChunkStore store, ChunkId chunk) {
        TestChunks.store(
                store,
                TestChunks.header(chunk, LENGTH),
                TestChunks.content(chunk.file().counter(), LENGTH));
    }

    /** Disks fill in proportion to their free space, and stop at their reserves. */
    @Test
    void disksFillByWhatTheyHaveFreeAndStopAtTheirReserves() throws IOException {
        Path small = Files.createDirectory(base.resolve("small"));
        Path large = Files.createDirectory(base.resolve("large"));
        List<Path> mounted = new ArrayList<>();
        try {
            for (Path disk : List.of(small, large)) {
                String size = "size=" + (disk.equals(small) ? 6 : 10) + "m";
                assumeThat(run("mount", "-t", "tmpfs", "-o", size, "trivet-test", disk.toString()))
                        .as("this user may mount")
                        .isTrue();
                mounted.add(disk);
                ChunkStore.format(new SystemDiskFiles(), disk, TestChunks.CLUSTER, TestChunks.NODE);
            }
            fill(small, large);
        } finally {
            for (Path disk : mounted) {
                run("umount", "-l", disk.toString());
            }
        }
    }

    private static void fill(Path small, Path large) throws IOException {
        StoreSettings settings =
                new StoreSettings(TestChunks.CLUSTER, TestChunks.NODE, List.of(small, large), RESERVE, 0);
        try (ChunkStore store = ChunkStore.open(new SystemDiskFiles(), settings, _ -> {})) {
            int stored = 0;
            try {
                for (; stored < 1000; stored++) {
                    store(store, chunk(stored + 1));
                }
            } catch (TrivetException e) {
                assertThat(e).hasMessageContaining("beyond its reserve: free some, or add a disk");
            }
            assertThat(stored).isBetween(120, 192);
            for (Path disk : List.of(small, large)) {
                assertThat(Files.getFileStore(disk).getUsableSpace())
                        .isBetween(RESERVE - ROUNDING, RESERVE + 2 * LENGTH);
            }
            store.check();
            assertThat(store.disks()).allMatch(disk -> disk.state() == DiskStatus.State.SERVING);
            for (int number = 1; number <= stored; number++) {
                assertThat(store.verify(chunk(number), FIRST).header().length()).isEqualTo(LENGTH);
            }
            assertThat(store.remove(chunk(1), FIRST)).isTrue();
            store(store, chunk(2000));
            assertThatThrownBy(() -> store(store, chunk(2001))).isInstanceOf(TrivetException.class);
        }
    }
}
