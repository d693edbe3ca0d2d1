package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.authority.ClusterKeys;
import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.model.ChunkSize;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rule 8: a master's seat belongs to its log. */
class SeatTest {
    private static final ChunkSize CHUNK = new ChunkSize(128 << 10);

    @TempDir
    Path base;

    @Test
    void aMasterWhoseLogIsGoneServesChunksAndVotesNoMore() throws IOException {
        try (LocalCluster cluster = LocalCluster.start(base, 3, CHUNK);
                TrivetClient client = cluster.client()) {
            NodeId lost = new NodeId(2);
            cluster.stop(lost);
            FileTree.delete(cluster.data(lost).resolve("quorum"));
            cluster.restart(lost);
            assertThat(cluster.data(lost).resolve("quorum")).doesNotExist();
            client.save(new ByteArrayInputStream(new byte[700_000]), RemotePath.parse("/after"), Progress.NONE);
            assertThat(client.where(RemotePath.parse("/after")).chunks())
                    .anySatisfy(chunk -> assertThat(chunk.nodes()).contains(lost));
        }
    }

    /** The leader was not told that the seat is there, so it was no voter: the log is made anew. */
    @Test
    void aSeatWhoseMakingWasCutShortIsMadeAnew() throws IOException {
        NodeId fourth = new NodeId(3);
        try (LocalCluster cluster = LocalCluster.start(base, 4, CHUNK)) {
            cluster.stop(fourth);
            Path data = cluster.data(fourth);
            Path torn = data.resolve("quorum/log/torn");
            Files.createDirectories(torn.getParent());
            Files.writeString(torn, "torn");
            NodeIdentity.read(data)
                    .withSeating(NodeIdentity.Seating.BEGINNING, NodeIdentity.FIRST_EPOCH)
                    .write(data);
            Files.copy(
                    ClusterKeys.file(cluster.data(new NodeId(0))),
                    ClusterKeys.file(data),
                    StandardCopyOption.COPY_ATTRIBUTES);

            cluster.restart(fourth);
            cluster.node(fourth).takeSeat(NodeIdentity.FIRST_EPOCH);

            assertThat(torn).doesNotExist();
            assertThat(NodeIdentity.read(data).seating()).isEqualTo(NodeIdentity.Seating.TAKEN);
        }
    }

    @Test
    void theFirstThreeNodesAreMasters() throws IOException {
        try (LocalCluster cluster = LocalCluster.start(base, 4, CHUNK);
                TrivetClient client = cluster.client()) {
            assertThat(client.status().view().masters())
                    .extracting(Node::id)
                    .containsExactly(new NodeId(0), new NodeId(1), new NodeId(2));
        }
    }
}
