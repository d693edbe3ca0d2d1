package io.trivet.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The simulated disk loses what it should; otherwise the tests on it would prove nothing. */
class SimulatedDiskTest extends DiskFilesContract {
    private final SimulatedDisk disk = new SimulatedDisk();
    private final Path directory = Path.of("/disk");

    @BeforeEach
    void makeDirectory() throws IOException {
        disk.makeDirectory(directory);
        disk.syncDirectory(Path.of("/"));
    }

    @Override
    DiskFiles files() {
        return disk;
    }

    @Override
    Path directory() {
        return directory;
    }

    @Test
    void unsyncedNameIsLost() throws IOException {
        DiskFiles.OpenFile file = disk.create(directory.resolve("a"));
        file.write(ByteBuffer.wrap(new byte[9]), 0);
        file.sync();

        disk.restart(SimulatedDisk.Survival.NOTHING, 0);

        assertThat(disk.exists(directory.resolve("a"))).isFalse();
    }

    @Test
    void unsyncedBytesAreLostThoughTheNameIsSynced() throws IOException {
        DiskFiles.OpenFile file = disk.create(directory.resolve("a"));
        file.write(ByteBuffer.wrap(new byte[9]), 0);
        disk.syncDirectory(directory);

        disk.restart(SimulatedDisk.Survival.NOTHING, 0);

        assertThat(disk.size(directory.resolve("a"))).isZero();
    }

    @Test
    void unsyncedRenameIsUndone() throws IOException {
        disk.create(directory.resolve("a"));
        disk.syncDirectory(directory);
        disk.rename(directory.resolve("a"), directory.resolve("b"));

        disk.restart(SimulatedDisk.Survival.NOTHING, 0);

        assertThat(disk.exists(directory.resolve("a"))).isTrue();
        assertThat(disk.exists(directory.resolve("b"))).isFalse();
    }

    @Test
    void secondFsyncAfterAFailureIsALie() throws IOException {
        DiskFiles.OpenFile file = disk.create(directory.resolve("a"));
        disk.syncDirectory(directory);
        file.write(ByteBuffer.wrap(new byte[9]), 0);
        disk.failSync(0);
        assertThatThrownBy(file::sync).isInstanceOf(IOException.class);
        file.sync();

        disk.restart(SimulatedDisk.Survival.NOTHING, 0);

        assertThat(disk.size(directory.resolve("a"))).isZero();
    }

    @Test
    void secondFsyncOfADirectoryAfterAFailureIsALie() throws IOException {
        disk.create(directory.resolve("a"));
        disk.failSync(0);
        assertThatThrownBy(() -> disk.syncDirectory(directory)).isInstanceOf(IOException.class);
        disk.create(directory.resolve("b"));
        disk.syncDirectory(directory);

        disk.restart(SimulatedDisk.Survival.NOTHING, 0);

        assertThat(disk.exists(directory.resolve("a"))).isFalse();
        assertThat(disk.exists(directory.resolve("b"))).isTrue();
    }
}
