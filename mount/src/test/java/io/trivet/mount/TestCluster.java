package io.trivet.mount;

import io.trivet.client.ClientOptions;
import io.trivet.client.Profile;
import io.trivet.client.TrivetClient;
import io.trivet.model.Address;
import io.trivet.model.ChunkSize;
import io.trivet.node.MaintenanceSettings;
import io.trivet.node.NodeOptions;
import io.trivet.node.TrivetNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Three nodes in this process, and a client of them. */
final class TestCluster implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    final List<TrivetNode> nodes = new ArrayList<>();
    final Path profile;
    final TrivetClient client;

    private TestCluster(Path base) throws IOException {
        nodes.add(start(
                base.resolve("n0"),
                new NodeOptions.Start.Init(0, new ChunkSize(1 << 20), true, NodeOptions.Start.Init.USUAL_TRASH)));
        TrivetNode first = nodes.getFirst();
        Profile administrator =
                first.profile().as(first.administrator().orElseThrow().account());
        for (int number = 1; number < 3; number++) {
            String token = first.issueToken(Duration.ofMinutes(1), 1);
            nodes.add(start(base.resolve("n" + number), new NodeOptions.Start.Join(token)));
        }
        profile = base.resolve("profile");
        administrator.write(profile);
        client = TrivetClient.connect(ClientOptions.of(administrator));
    }

    /** {@code base} is an empty directory. */
    static TestCluster start(Path base) throws IOException {
        return new TestCluster(base);
    }

    private static TrivetNode start(Path data, NodeOptions.Start how) throws IOException {
        TrivetNode node = TrivetNode.start(
                new NodeOptions(data, List.of(), Optional.of(freeAddress()), how, MaintenanceSettings.USUAL));
        if (!node.awaitReady(LIMIT)) {
            throw new IOException(data + " is not ready");
        }
        return node;
    }

    /** Below the ports that the system gives to outgoing connections. */
    private static Address freeAddress() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return new Address("127.0.0.1", port);
            } catch (IOException _) {
                // In use: try another one.
            }
        }
    }

    @Override
    public void close() {
        client.close();
        nodes.forEach(TrivetNode::close);
    }
}
