package io.trivet.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.trivet.client.ClusterNodes;
import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.faults.machine.Abilities;
import io.trivet.faults.machine.Volume;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node loses its large disk while its small one is full. It answers, a disk of it works, and what it owes has no
 * place on it.
 */
@Timeout(420)
class LostLargeDiskTest {
    private static final int CHUNK = 1 << 20;
    private static final long SMALL_BYTES = 256L << 20;
    private static final int FILES = 12;
    private static final Duration LIMIT = Duration.ofSeconds(150);

    @TempDir
    Path base;

    @Test
    void otherNodesTakeOverItsChunksAndItReturnsWithALargeDisk() throws IOException {
        assumeTrue(Boolean.getBoolean("trivet.long"), "skipped: takes minutes, run with -Dtrivet.long=true");
        Abilities here = Abilities.ofThisMachine();
        assumeTrue(here.volumes(), "skipped: full disks need root, loop devices and mkfs.ext4");
        Abilities volumes = new Abilities(false, true, false, Optional.empty(), List.of());
        try (ProcessCluster cluster = ProcessCluster.start(base, 4, CHUNK, volumes);
                TrivetClient client = cluster.client()) {
            for (NodeId node : cluster.ids()) {
                cluster.node(node).kill();
                cluster.node(node).restart(List.of("--repair-after", "8s"));
                cluster.awaitReady(node);
            }
            cluster.awaitService(LIMIT);
            for (int file = 0; file < FILES; file++) {
                client.save(
                        new ByteArrayInputStream(content(file).bytes()),
                        RemotePath.parse("/file-" + file),
                        Progress.NONE);
            }
            NodeId node = cluster.ids().getLast();
            await(client, true, node);

            // The reserve for the masters' log stays free: the disk works, and takes no chunk.
            Volume first = cluster.ground().volumes(node).getFirst();
            first.fillBut(SMALL_BYTES);
            cluster.unplug(node, 1);
            await(client, false, node);
            loadAll(client);

            first.free();
            cluster.heal();
            await(client, true, node);
            loadAll(client);
        }
    }

    private static Content content(int file) {
        return Content.of(file, 2 * CHUNK + file);
    }

    private static void loadAll(TrivetClient client) throws IOException {
        for (int file = 0; file < FILES; file++) {
            Worker.loadToStream(client, RemotePath.parse("/file-" + file), content(file));
        }
    }

    /** Waits until the node has slots, or has none, and nothing is owed. */
    private static void await(TrivetClient client, boolean slots, NodeId node) {
        long end = System.nanoTime() + LIMIT.toNanos();
        String last = "";
        while (System.nanoTime() - end < 0) {
            try {
                ClusterNodes now = client.layout().nodes();
                if ((now.slots(node) > 0) == slots
                        && now.view().layouts().size() == 1
                        && now.debt().checked()
                        && now.debt().owed() == 0) {
                    return;
                }
                last = now.slots(node) + " slots, " + now.debt();
            } catch (TrivetException e) {
                last = String.valueOf(e.getMessage());
            }
            LockSupport.parkNanos(200_000_000);
        }
        assertThat(last).as("not in time").isEmpty();
    }
}
