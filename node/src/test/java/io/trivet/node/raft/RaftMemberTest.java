package io.trivet.node.raft;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.authority.ClusterKeys;
import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.file.FileTree;
import io.trivet.message.StateMessages.SettingsRow;
import io.trivet.model.ChunkSize;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.namespace.Store;
import io.trivet.node.LocalCluster;
import io.trivet.node.identity.NodeIdentity;
import io.trivet.quorum.RocksStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rule 8: a master's seat needs its log. */
class RaftMemberTest {
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
            assertThat(client.replicas().where(RemotePath.parse("/after")).chunks())
                    .anySatisfy(chunk -> assertThat(chunk.nodes()).contains(lost));
        }
    }

    /**
     * The leader was not told that the seat exists, so it was no voter: the log is created again.
     */
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
            cluster.node(fourth).seat().take(NodeIdentity.FIRST_EPOCH);

            assertThat(torn).doesNotExist();
            assertThat(NodeIdentity.read(data).seating()).isEqualTo(NodeIdentity.Seating.TAKEN);
        }
    }

    /**
     * A return to an older release is refused with a message, and nothing is lost when the newer
     * one starts again.
     */
    @Test
    void aStateOfALaterReleaseIsLeftAsItIs() throws IOException {
        try (LocalCluster cluster = LocalCluster.start(base, 1, CHUNK);
                TrivetClient client = cluster.client()) {
            NodeId only = new NodeId(0);
            RemotePath path = RemotePath.parse("/file");
            client.save(new ByteArrayInputStream(new byte[1000]), path, Progress.NONE);
            cluster.stop(only);
            Path state = cluster.data(only).resolve("quorum/state");
            setFormat(state, 99);
            assertThatThrownBy(() -> cluster.restart(only)).hasMessageContaining("start the release that wrote it");
            setFormat(state, 1);
            cluster.restart(only);
            assertThat(client.stat(path)).isNotNull();
        }
    }

    private static void setFormat(Path state, int format) throws IOException {
        byte[] settings = {'F', 1};
        try (RocksStore store = RocksStore.open(state)) {
            byte[] changed = SettingsRow.parseFrom(requireNonNull(store.get(settings))).toBuilder()
                    .setFormat(format)
                    .build()
                    .toByteArray();
            store.write(List.of(new Store.Change(settings, changed)));
            store.checkpoint(state.resolveSibling("flushed"));
        }
        FileTree.delete(state.resolveSibling("flushed"));
    }

    @Test
    void theFirstThreeNodesAreMasters() throws IOException {
        try (LocalCluster cluster = LocalCluster.start(base, 4, CHUNK);
                TrivetClient client = cluster.client()) {
            assertThat(client.cluster().status().view().masters())
                    .extracting(Node::id)
                    .containsExactly(new NodeId(0), new NodeId(1), new NodeId(2));
        }
    }
}
