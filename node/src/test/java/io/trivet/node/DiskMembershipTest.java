package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.model.ChunkSize;
import io.trivet.model.Debt;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.repair.RepairSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node with several disks, one of which is added, lost or forgotten. */
class DiskMembershipTest {
    private static final ChunkSize CHUNK = new ChunkSize(64 << 10);
    private static final int CHUNKS = 24;
    private static final NodeId NODE = new NodeId(1);
    private static final MaintenanceSettings PROMPT = MaintenanceSettings.USUAL.with(
            new RepairSettings(Duration.ofMinutes(10), Duration.ofSeconds(2), Duration.ofMillis(200), 200L << 20));

    @TempDir
    Path base;

    private void save(TrivetClient client, String name) throws IOException {
        byte[] bytes = new byte[CHUNKS * CHUNK.bytes() - 99];
        new Random(name.hashCode()).nextBytes(bytes);
        client.save(Files.write(base.resolve(name), bytes), RemotePath.parse("/" + name), Progress.NONE);
    }

    private void loads(TrivetClient client, String name) throws IOException {
        Path target = base.resolve("loaded");
        client.load(RemotePath.parse("/" + name), target, Progress.NONE);
        assertThat(Files.mismatch(base.resolve(name), target)).isEqualTo(-1);
    }

    private static long chunksOn(Path disk) throws IOException {
        try (Stream<Path> files = Files.walk(disk.resolve("chunks"))) {
            return files.filter(file -> file.getFileName().toString().contains(".part"))
                    .count();
        }
    }

    private static void awaitNothingOwed(TrivetClient client) {
        LocalCluster.await("nothing is owed, checked", () -> {
            Debt debt = client.cluster().debt();
            return debt.checked() && debt.owed() == 0 && debt.surplus() == 0;
        });
    }

    private static long lossEpoch(TrivetClient client) {
        return client.cluster().status().view().node(NODE).orElseThrow().lossEpoch();
    }

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

    private interface Taking {
        void away() throws IOException;
    }

    /**
     * Rules 7 and 12. {@code disk} fails under the running node, which continues and gets its
     * replicas again on its other disk.
     */
    private void livesOnWithout(Path disk, Taking taking) throws IOException {
        try (LocalCluster cluster = LocalCluster.inFiles(base.resolve("cluster"), 3, CHUNK, PROMPT);
                TrivetClient client = cluster.client()) {
            save(client, "before");
            cluster.stop(NODE);
            cluster.restart(NODE, List.of(disk), List.of());
            save(client, "on-both");
            assertThat(chunksOn(disk)).as("the new disk takes its part").isPositive();
            cluster.stop(NODE);
            cluster.restart(NODE);
            awaitNothingOwed(client);
            long before = chunksOn(cluster.data(NODE)) + chunksOn(disk);
            long losses = lossEpoch(client);

            taking.away();
            LocalCluster.await("the loss is known", () -> lossEpoch(client) > losses);
            awaitNothingOwed(client);
            assertThat(chunksOn(cluster.data(NODE))).isEqualTo(before);
            loads(client, "before");
            loads(client, "on-both");

            cluster.stop(NODE);
            cluster.restart(NODE, List.of(disk), List.of(disk));
            save(client, "on-the-new-one");
            assertThat(chunksOn(disk)).isPositive();
            awaitNothingOwed(client);
            cluster.stop(NODE);
            assertThatThrownBy(() -> cluster.restart(NODE, List.of(), List.of(disk)))
                    .hasMessageContaining("it is there and holds chunks of this node");
            cluster.restart(NODE);
            loads(client, "on-the-new-one");
        }
    }

    /**
     * Unmounts the disk, so that the directory below it appears; where this user may not mount,
     * renames it.
     */
    @Test
    void aNodeWhoseDiskGoesAwayLivesOnAndIsWhole() throws IOException {
        Path real = Files.createDirectory(base.resolve("real"));
        Path disk = Files.createDirectory(base.resolve("disk"));
        if (!run("mount", "--bind", real.toString(), disk.toString())) {
            livesOnWithout(disk, () -> Files.move(disk, base.resolve("taken-away")));
            return;
        }
        try {
            livesOnWithout(
                    disk, () -> assertThat(run("umount", "-l", disk.toString())).isTrue());
        } finally {
            run("umount", "-l", disk.toString());
        }
    }

    @Test
    void theNodesOwnDirectoryIsNoDiskToForget() throws IOException {
        try (LocalCluster cluster = LocalCluster.inFiles(base.resolve("cluster"), 1, CHUNK)) {
            NodeId only = new NodeId(0);
            cluster.stop(only);
            assertThatThrownBy(() -> cluster.restart(only, List.of(), List.of(cluster.data(only))))
                    .hasMessageContaining("the node itself lives there");
        }
    }

    /** Rule 12. */
    @Test
    void aDiskOfAnotherNodeIsNotTaken() throws IOException {
        try (LocalCluster cluster = LocalCluster.inFiles(base.resolve("cluster"), 2, CHUNK)) {
            cluster.stop(NODE);
            assertThatThrownBy(() -> cluster.restart(NODE, List.of(cluster.data(new NodeId(0))), List.of()))
                    .hasMessageContaining("it is a disk of node n0");
        }
    }
}
