package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.client.TrivetClient;
import io.trivet.model.Address;
import io.trivet.model.ChunkSize;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Masters that return at other addresses while no leader can publish them. */
class OtherAddressesTest {
    private static final ChunkSize CHUNK = new ChunkSize(64 << 10);
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Map<NodeId, Address> NOBODY = Map.of();

    @TempDir
    private Path base;

    private static NodeId n(int number) {
        return new NodeId(number);
    }

    private static void same(LocalCluster cluster, int number) throws IOException {
        cluster.restartAt(n(number), cluster.addresses().get(number), NOBODY);
    }

    private static Address other(LocalCluster cluster, int number, Map<NodeId, Address> peers) throws IOException {
        Address address = LocalCluster.freeAddress();
        cluster.restartAt(n(number), address, peers);
        return address;
    }

    private static void isThere(LocalCluster cluster, int... nodes) {
        for (int node : nodes) {
            assertThat(cluster.node(n(node)).awaitReady(LIMIT))
                    .as("n%d finds a leader", node)
                    .isTrue();
        }
        try (TrivetClient client = cluster.client()) {
            assertThat(client.list(RemotePath.ROOT)).isNotEmpty();
            for (int node : nodes) {
                LocalCluster.await("the address of n" + node + " is published", () -> {
                    return client.cluster()
                            .status()
                            .view()
                            .node(n(node))
                            .orElseThrow()
                            .address()
                            .equals(cluster.addresses().get(node));
                });
            }
        }
    }

    private LocalCluster three() throws IOException {
        LocalCluster cluster = LocalCluster.start(base, 3, CHUNK);
        try (TrivetClient client = cluster.client()) {
            client.makeDirectory(RemotePath.parse("/a"));
        }
        return cluster;
    }

    @Test
    void oneOfThree() throws IOException {
        try (LocalCluster cluster = three()) {
            cluster.stopAll();
            same(cluster, 0);
            other(cluster, 2, NOBODY);
            isThere(cluster, 0, 2);
        }
    }

    @Test
    void twoOfThree() throws IOException {
        try (LocalCluster cluster = three()) {
            cluster.stopAll();
            same(cluster, 0);
            other(cluster, 1, NOBODY);
            other(cluster, 2, NOBODY);
            isThere(cluster, 0, 1, 2);
        }
    }

    @Test
    void theOneThatWasAwayMeanwhile() throws IOException {
        try (LocalCluster cluster = three()) {
            cluster.stop(n(2));
            try (TrivetClient client = cluster.client()) {
                client.makeDirectory(RemotePath.parse("/b"));
            }
            cluster.stopAll();
            other(cluster, 2, NOBODY);
            same(cluster, 0);
            isThere(cluster, 0, 2);
        }
    }

    @Test
    void twoThatTookEachOthersAddress() throws IOException {
        try (LocalCluster cluster = three()) {
            List<Address> before = cluster.addresses();
            cluster.stopAll();
            cluster.restartAt(n(0), before.get(1), NOBODY);
            cluster.restartAt(n(1), before.get(0), NOBODY);
            same(cluster, 2);
            isThere(cluster, 0, 1, 2);
        }
    }

    @Test
    void allThreeWhenOneIsToldOfTheOthers() throws IOException {
        try (LocalCluster cluster = three()) {
            cluster.stopAll();
            Address first = other(cluster, 0, NOBODY);
            Address second = other(cluster, 1, NOBODY);
            assertThat(cluster.node(n(0)).awaitReady(Duration.ofSeconds(4))).isFalse();
            other(cluster, 2, Map.of(n(0), first, n(1), second));
            isThere(cluster, 0, 1, 2);
        }
    }
}
