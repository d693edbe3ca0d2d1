package io.trivet.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.client.Profile;
import io.trivet.model.ChunkSize;
import io.trivet.model.NodeId;
import io.trivet.node.LocalCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileAddressesTest {
    @TempDir
    private Path base;

    private static Profile read(Path file) {
        try {
            return Profile.read(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theProfileBesideTheDataNamesAllNodes() throws IOException {
        try (LocalCluster cluster = LocalCluster.start(base, 1, new ChunkSize(64 << 10))) {
            NodeId first = new NodeId(0);
            Path file = cluster.data(first).resolve("profile");
            Profile made = cluster.node(first).profile().as(cluster.account());
            made.write(file);
            cluster.join();
            LocalCluster.await("the profile names both", () -> read(file).equals(made.at(cluster.addresses())));
        }
    }

    @Test
    void aSecretThatIsBeingChangedIsLeftAlone() throws IOException {
        try (LocalCluster cluster = LocalCluster.start(base, 1, new ChunkSize(64 << 10))) {
            NodeId first = new NodeId(0);
            Path file = cluster.data(first).resolve("profile");
            Profile old = cluster.node(first).profile().as(cluster.account());
            Profile changing = old.changingTo("next");
            changing.write(file);
            assertThat(old.at(cluster.addresses()).writeInPlaceOf(old, file)).isFalse();
            assertThat(Profile.read(file)).isEqualTo(changing);
        }
    }
}
