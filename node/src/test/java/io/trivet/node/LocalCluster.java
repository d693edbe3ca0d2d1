package io.trivet.node;

import io.trivet.client.Account;
import io.trivet.client.ClientOptions;
import io.trivet.client.TrivetClient;
import io.trivet.model.Address;
import io.trivet.model.ChunkSize;
import io.trivet.model.Identity;
import io.trivet.model.NodeId;
import io.trivet.wire.Connector;
import io.trivet.wire.Introduction;
import io.trivet.wire.Protection;
import io.trivet.wire.Trust;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Real nodes on loopback, in this process, with their data under one directory. */
final class LocalCluster implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Path base;
    private final Map<NodeId, TrivetNode> running = new TreeMap<>();
    private final List<Address> addresses = new ArrayList<>();

    private final Upkeep upkeep;
    private @Nullable Account account;

    private LocalCluster(Path base, Upkeep upkeep) {
        this.base = base;
        this.upkeep = upkeep;
    }

    static LocalCluster start(Path base, int nodes, ChunkSize chunkSize) throws IOException {
        return start(base, nodes, chunkSize, Upkeep.USUAL);
    }

    /** Without TLS, for tests that speak to a node in bytes of their own. */
    static LocalCluster plaintext(Path base, int nodes, ChunkSize chunkSize) throws IOException {
        return start(base, nodes, new NodeOptions.Start.Init(0, chunkSize, true, Duration.ZERO), Upkeep.USUAL);
    }

    static LocalCluster start(Path base, int nodes, ChunkSize chunkSize, Upkeep upkeep) throws IOException {
        return start(base, nodes, new NodeOptions.Start.Init(0, chunkSize), upkeep);
    }

    private static LocalCluster start(Path base, int nodes, NodeOptions.Start.Init init, Upkeep upkeep)
            throws IOException {
        LocalCluster cluster = new LocalCluster(base, upkeep);
        cluster.account = accountOf(cluster.add(init), base.resolve("n0"));
        while (cluster.running.size() < nodes) {
            cluster.join();
        }
        if (nodes > 1) {
            cluster.awaitMasters(Math.min(3, nodes));
        }
        return cluster;
    }

    /** The administrator of a cluster that was just made here; its secret rests in no file from now on. */
    static Account accountOf(TrivetNode first, Path data) throws IOException {
        FirstAdministrator administrator = first.administrator().orElseThrow();
        FirstAdministrator.taken(data);
        return administrator.account();
    }

    Account account() {
        return java.util.Objects.requireNonNull(account);
    }

    /** A client of another user, or of nobody. */
    TrivetClient client(@Nullable Account user) {
        return TrivetClient.connect(ClientOptions.of(addresses, trust()).as(user));
    }

    TrivetNode join() throws IOException {
        String token = running.values().iterator().next().issueToken(Duration.ofMinutes(1), 1);
        return add(new NodeOptions.Start.Join(token));
    }

    private TrivetNode add(NodeOptions.Start start) throws IOException {
        Address address = freeAddress();
        addresses.add(address);
        return keep(new NodeOptions(data(new NodeId(running.size())), List.of(), Optional.of(address), start, upkeep));
    }

    private TrivetNode keep(NodeOptions options) throws IOException {
        TrivetNode node = TrivetNode.start(options);
        running.put(node.id(), node);
        if (!node.awaitReady(LIMIT)) {
            throw new IOException(node.id() + " is not ready");
        }
        return node;
    }

    static Address freeAddress() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new Address("127.0.0.1", socket.getLocalPort());
        }
    }

    Path data(NodeId node) {
        return base.resolve(node.toString());
    }

    TrivetNode node(NodeId node) {
        return running.get(node);
    }

    void stop(NodeId node) {
        running.remove(node).close();
    }

    void restart(NodeId node) throws IOException {
        keep(new NodeOptions(data(node), List.of(), Optional.empty(), new NodeOptions.Start.Restart(), upkeep));
    }

    /** With these disks more, and without those. */
    void restart(NodeId node, List<Path> disks, List<Path> forgotten) throws IOException {
        keep(new NodeOptions(data(node), disks, Optional.empty(), new NodeOptions.Start.Restart(forgotten), upkeep));
    }

    /** Starts all again after {@link #stopAll}. */
    void restartAll(int nodes) throws IOException {
        for (int number = 0; number < nodes; number++) {
            TrivetNode node = TrivetNode.start(new NodeOptions(
                    data(new NodeId(number)), List.of(), Optional.empty(), new NodeOptions.Start.Restart(), upkeep));
            running.put(node.id(), node);
        }
        for (TrivetNode node : running.values()) {
            if (!node.awaitReady(LIMIT)) {
                throw new IOException(node.id() + " is not ready");
            }
        }
    }

    List<Address> addresses() {
        return List.copyOf(addresses);
    }

    TrivetClient client() {
        return client(account());
    }

    Trust trust() {
        return running.values().iterator().next().profile().trust();
    }

    /** Makes connections to these nodes as a client would. */
    Connector connector() {
        return new Connector("test", null, Protection.of(trust()));
    }

    /** Makes connections with what a node proves itself with. */
    Connector connectorAs(NodeId node) throws IOException {
        Connector connector =
                new Connector("test", null, Passport.of(data(node), trust()).protection());
        if (trust() instanceof Trust.Plaintext) {
            Keyring keyring = keyring(node);
            connector.introduceAs(new Introduction(new Identity.OfNode(node), keyring::nodeSecret), true);
        }
        return connector;
    }

    Keyring keyring(NodeId node) throws IOException {
        KeySafe safe = new KeySafe(data(node), NodeIdentity.read(data(node)));
        return Keyring.open(data(node), safe, trust());
    }

    void awaitMasters(int masters) {
        try (TrivetClient client = client()) {
            await(
                    "there are " + masters + " masters",
                    () -> client.status().view().masters().size() == masters);
        }
    }

    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not in time: " + what);
            }
            Thread.yield();
        }
    }

    void stopAll() {
        running.values().forEach(TrivetNode::close);
        running.clear();
    }

    @Override
    public void close() {
        stopAll();
    }
}
