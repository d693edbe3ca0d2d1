package io.trivet.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Rule 11 when one fsync of a directory serves many callers. */
class SyncedDirectoryTest {
    private static final Path PATH = Path.of("/disk/chunks/0001");

    @Test
    void manyWritersAtOnceAreAllServed() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        Path root = Path.of("/d");
        disk.makeDirectory(root);
        disk.syncDirectory(Path.of("/"));
        SyncedDirectory directory = new SyncedDirectory(disk, root);
        AtomicInteger number = new AtomicInteger();
        List<Future<?>> writers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 200; i++) {
                writers.add(threads.submit(() -> {
                    long ticket = directory.ticket();
                    disk.create(root.resolve("f" + number.incrementAndGet()));
                    directory.sync(ticket);
                    return null;
                }));
            }
            for (Future<?> writer : writers) {
                writer.get(10, TimeUnit.SECONDS);
            }
        }
        disk.restart(SimulatedDisk.Survival.NOTHING, 0);
        assertThat(disk.filesBelow(root)).hasSize(200);
        assertThat(disk.syncs()).isLessThanOrEqualTo(201);
    }

    /** A writer whose change preceded another writer's failed fsync must not report success. */
    @Test
    void failureIsToldToEveryoneWhoseChangeItMayHaveLost() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        disk.makeDirectory(PATH.getRoot().resolve("disk"));
        disk.makeDirectory(PATH.getParent());
        disk.makeDirectory(PATH);
        SyncedDirectory directory = new SyncedDirectory(disk, PATH);
        long mine = directory.ticket();
        long another = directory.ticket();
        disk.failSync(0);

        assertThatThrownBy(() -> directory.sync(another)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> directory.sync(mine)).hasMessageContaining("an fsync of the directory failed");
        long later = directory.ticket();
        assertThatCode(() -> directory.sync(later)).doesNotThrowAnyException();
    }
}
