package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.model.ChunkSize;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that stop and come back. */
class NodeLossTest {
    private static final ChunkSize CHUNK = new ChunkSize(128 << 10);

    @TempDir
    Path base;

    private Path source(String name) throws IOException {
        byte[] bytes = new byte[7 * CHUNK.bytes() + 11];
        new Random(name.hashCode()).nextBytes(bytes);
        return Files.write(base.resolve(name), bytes);
    }

    private void loadsIdentically(TrivetClient client, String remote, Path source) throws IOException {
        Path target = base.resolve("loaded");
        client.load(RemotePath.parse(remote), target, Progress.NONE);
        assertThat(Files.mismatch(source, target)).isEqualTo(-1);
    }

    @Test
    void withAnyOneNodeDownFilesAreLoadedAndSavedWithTwoReplicas() throws IOException {
        Path before = source("before");
        try (LocalCluster cluster = LocalCluster.start(base.resolve("c"), 3, CHUNK);
                TrivetClient client = cluster.client()) {
            client.save(before, RemotePath.parse("/before"), Progress.NONE);
            for (int down = 0; down < 3; down++) {
                cluster.stop(new NodeId(down));
                loadsIdentically(client, "/before", before);
                Path during = source("during-" + down);
                var saved = client.save(during, RemotePath.parse("/during-" + down), Progress.NONE);
                assertThat(saved.replicas()).isEqualTo(2);
                assertThat(saved.nodes()).doesNotContain(new NodeId(down));
                loadsIdentically(client, "/during-" + down, during);
                cluster.restart(new NodeId(down));
            }
        }
    }

    /** A node may have to forward to one that joined a moment ago and that it does not know yet. */
    @Test
    void theFirstFileAfterTheLastJoinLiesAtItsHomes() throws IOException {
        Path source = source("first");
        try (LocalCluster cluster = LocalCluster.start(base.resolve("c"), 1, CHUNK)) {
            cluster.join();
            cluster.join();
            try (TrivetClient client = cluster.client()) {
                client.save(source, RemotePath.parse("/first"), Progress.NONE);
                var where = client.replicas().where(RemotePath.parse("/first"));
                assertThat(where.record().first().number()).isZero();
                where.chunks().forEach(chunk -> {
                    int i = chunk.number() - 1;
                    assertThat(chunk.nodes()).containsExactly(new NodeId(i % 3), new NodeId((i + 1) % 3));
                });
            }
        }
    }

    @Test
    void afterARestartOfAllEverythingAcknowledgedIsThere() throws IOException {
        Path source = source("kept");
        try (LocalCluster cluster = LocalCluster.start(base.resolve("c"), 3, CHUNK)) {
            try (TrivetClient client = cluster.client()) {
                client.save(source, RemotePath.parse("/kept"), Progress.NONE);
            }
            cluster.stopAll();
            cluster.restartAll(3);
            try (TrivetClient client = cluster.client()) {
                loadsIdentically(client, "/kept", source);
            }
        }
    }

    @Test
    void oneNodeAloneIsATrialWithOneReplica() throws IOException {
        Path source = source("alone");
        try (LocalCluster cluster = LocalCluster.start(base.resolve("c"), 1, CHUNK);
                TrivetClient client = cluster.client()) {
            assertThat(client.save(source, RemotePath.parse("/alone"), Progress.NONE)
                            .replicas())
                    .isEqualTo(1);
            loadsIdentically(client, "/alone", source);
        }
    }

    @Test
    void tooFewNodesForTwoReplicasIsAClearError() throws IOException {
        Path source = source("lonely");
        Path data = base.resolve("c");
        try (TrivetNode node = TrivetNode.start(new NodeOptions(
                        data,
                        List.of(),
                        Optional.of(LocalCluster.freeAddress()),
                        new NodeOptions.Start.Init(2, CHUNK)));
                TrivetClient client = clientOf(node, data)) {
            assertThatThrownBy(() -> client.save(source, RemotePath.parse("/lonely"), Progress.NONE))
                    .hasMessageContaining("too few nodes");
        }
    }

    private static TrivetClient clientOf(TrivetNode node, Path data) throws IOException {
        assertThat(node.awaitReady(java.time.Duration.ofSeconds(20))).isTrue();
        return TrivetClient.connect(
                io.trivet.client.ClientOptions.of(node.profile()).as(LocalCluster.accountOf(node, data)));
    }

    /** Rule 8: formatting happens at init and join only, and a directory belongs to one process. */
    @Test
    void aDirectoryThatIsServedOrInhabitedIsRefused() throws IOException {
        try (LocalCluster cluster = LocalCluster.start(base.resolve("c"), 1, CHUNK)) {
            Path data = cluster.data(new NodeId(0));
            assertThatThrownBy(() -> TrivetNode.start(
                            new NodeOptions(data, List.of(), Optional.empty(), new NodeOptions.Start.Restart())))
                    .hasMessageContaining("another process serves this directory");
            cluster.stopAll();
            assertThatThrownBy(() -> TrivetNode.start(new NodeOptions(
                            data,
                            List.of(),
                            Optional.of(LocalCluster.freeAddress()),
                            new NodeOptions.Start.Init(0, CHUNK))))
                    .hasMessageContaining("node n0");
        }
    }
}
