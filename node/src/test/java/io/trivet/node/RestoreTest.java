package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterView;
import io.trivet.model.NameEntry;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.namespace.ForgedBackup;
import io.trivet.node.identity.NodeIdentity;
import io.trivet.wire.Connector;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rules 4 and 8 on real nodes: the namespace of a backup, in a new quorum that the old masters join
 * only as new members.
 */
final class RestoreTest {
    private static final int CHUNK = 128 << 10;
    private static final NodeId N0 = new NodeId(0);
    private static final NodeId N1 = new NodeId(1);

    @TempDir
    Path base;

    private Path save(TrivetClient client, String name) throws IOException {
        byte[] bytes = new byte[3 * CHUNK + 3];
        new Random(name.hashCode()).nextBytes(bytes);
        Path source = Files.write(base.resolve(name), bytes);
        client.save(source, RemotePath.parse("/" + name), Progress.NONE);
        return source;
    }

    private void loads(TrivetClient client, String name) throws IOException {
        Path target = base.resolve("loaded");
        client.load(RemotePath.parse("/" + name), target, Progress.NONE);
        assertThat(Files.mismatch(base.resolve(name), target)).isEqualTo(-1);
    }

    private static long chunksOf(String file, Path disk) throws IOException {
        try (Stream<Path> files = Files.walk(disk.resolve("chunks"))) {
            return files.filter(chunk -> chunk.getFileName().toString().startsWith(file))
                    .count();
        }
    }

    @Test
    void theClusterGoesOnFromABackup() throws IOException {
        Path backup = base.resolve("backup");
        String later;
        try (LocalCluster cluster = LocalCluster.inFiles(
                base.resolve("c"),
                3,
                new ChunkSize(CHUNK),
                new MaintenanceSettings(Duration.ofMillis(500), Duration.ofDays(1)))) {
            try (TrivetClient client = cluster.client()) {
                save(client, "kept");
                assertThat(client.cluster().backUpNamespace(backup)).isEqualTo(Files.size(backup));
                assertThat(Files.getPosixFilePermissions(backup))
                        .as("it holds all names")
                        .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
                save(client, "later");
                later = ((NameEntry.File) client.stat(RemotePath.parse("/later")))
                        .record()
                        .id()
                        .toString();
            }
            assertThatThrownBy(() -> NamespaceRestore.restore(backup, cluster.data(N1)))
                    .hasMessageContaining("another process serves this directory");
            cluster.stopAll();
            NamespaceRestore.Restored restored = NamespaceRestore.restore(backup, cluster.data(N1));
            assertThat(restored.epoch()).isGreaterThan(1);
            assertThat(restored.unknownChunks())
                    .as("of the file that was saved later, on this node")
                    .isEqualTo(chunksOf(later, cluster.data(N1)))
                    .isPositive();
            NamespaceRestore.giveUpSeat(cluster.data(N0));
            NamespaceRestore.giveUpSeat(cluster.data(new NodeId(2)));
            cluster.restartAll(3);
            cluster.awaitMasters(3);
            try (TrivetClient client = cluster.client()) {
                ClusterView view = client.cluster().status().view();
                assertThat(view.epoch()).isEqualTo(restored.epoch());
                assertThat(view.sweepSettings().on()).isFalse();
                loads(client, "kept");
                assertThatThrownBy(() -> client.stat(RemotePath.parse("/later")))
                        .hasMessageContaining("no such file");
                save(client, "after");
                loads(client, "after");
            }
            // Any one of the three masters may stop again.
            cluster.stop(N1);
            try (TrivetClient client = cluster.client()) {
                loads(client, "kept");
                save(client, "still");
                loads(client, "still");
            }
        }
    }

    /** Rule 4: also on a node that does not know of the first restore and can ask no other. */
    @Test
    void twoRestoresOfOneBackupBeginTwoEpochs() throws IOException {
        try (LocalCluster cluster = LocalCluster.inFiles(base.resolve("c"), 2, new ChunkSize(CHUNK))) {
            Path backup = base.resolve("backup");
            try (TrivetClient client = cluster.client()) {
                client.cluster().backUpNamespace(backup);
            }
            cluster.stopAll();
            Instant now = Instant.now();
            NamespaceRestore.Restored first = NamespaceRestore.restore(backup, cluster.data(N1), now);
            NamespaceRestore.Restored second = NamespaceRestore.restore(backup, cluster.data(N0), now.plusSeconds(9));
            assertThat(second.epoch()).isGreaterThan(first.epoch());
            assertThat(NodeIdentity.read(cluster.data(N0)).quorum())
                    .isNotEqualTo(NodeIdentity.read(cluster.data(N1)).quorum());
        }
    }

    /**
     * Rule 8: a node that gave up its seat gets none again in the same epoch, and its old log never
     * starts again empty.
     */
    @Test
    void aSeatThatWasGivenUpIsNotTakenAgainInItsEpoch() throws IOException {
        try (LocalCluster cluster = LocalCluster.inFiles(base.resolve("c"), 3, new ChunkSize(CHUNK))) {
            NodeId n2 = new NodeId(2);
            cluster.stop(n2);
            assertThat(NamespaceRestore.giveUpSeat(cluster.data(n2))).isEqualTo(n2);
            cluster.restart(n2);
            try (Connector connector = cluster.connectorAs(new NodeId(0))) {
                assertThatThrownBy(() -> connector.call(
                                cluster.node(n2).address(),
                                new RequestEnvelope(n2, new Request.TakeSeat(1)),
                                Duration.ofSeconds(5)))
                        .hasMessageContaining("returns only as a new member");
            }
            assertThat(cluster.data(n2).resolve("quorum")).doesNotExist();
        }
    }

    /** Its checksum is right, its rows are not. */
    @Test
    void aForgedBackupChangesNothing() throws IOException {
        try (LocalCluster cluster = LocalCluster.inFiles(base.resolve("c"), 1, new ChunkSize(CHUNK))) {
            Path backup = base.resolve("backup");
            try (TrivetClient client = cluster.client()) {
                save(client, "kept");
                client.cluster().backUpNamespace(backup);
            }
            cluster.stopAll();
            Files.write(backup, ForgedBackup.misled(Files.readAllBytes(backup)));
            assertThatThrownBy(() -> NamespaceRestore.restore(backup, cluster.data(N0)))
                    .hasMessageContaining("contradict each other")
                    .hasMessageContaining("nothing was changed");
            assertThat(cluster.data(N0).resolve("quorum.restoring")).doesNotExist();
            cluster.restart(N0);
            try (TrivetClient client = cluster.client()) {
                loads(client, "kept");
            }
        }
    }

    @Test
    void aDamagedBackupChangesNothing() throws IOException {
        try (LocalCluster cluster = LocalCluster.inFiles(base.resolve("c"), 1, new ChunkSize(CHUNK))) {
            Path backup = base.resolve("backup");
            try (TrivetClient client = cluster.client()) {
                save(client, "kept");
                client.cluster().backUpNamespace(backup);
            }
            cluster.stopAll();
            byte[] bytes = Files.readAllBytes(backup);
            bytes[bytes.length / 2] ^= 1;
            Files.write(backup, bytes);
            assertThatThrownBy(() -> NamespaceRestore.restore(backup, cluster.data(N0)))
                    .hasMessageContaining("damaged");
            cluster.restart(N0);
            try (TrivetClient client = cluster.client()) {
                loads(client, "kept");
            }
        }
    }
}
