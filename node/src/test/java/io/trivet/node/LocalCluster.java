package io.trivet.node;

import io.trivet.client.Account;
import io.trivet.client.ClientOptions;
import io.trivet.client.TrivetClient;
import io.trivet.model.Address;
import io.trivet.model.CallerIdentity;
import io.trivet.model.ChunkSize;
import io.trivet.model.NodeId;
import io.trivet.node.identity.NodeIdentity;
import io.trivet.node.keys.ClusterKeyStore;
import io.trivet.node.keys.FirstAdministrator;
import io.trivet.node.keys.Keyring;
import io.trivet.node.keys.NodeCredentials;
import io.trivet.wire.Connector;
import io.trivet.wire.LoginHandshake;
import io.trivet.wire.TransportSecurity;
import io.trivet.wire.credentials.TrustSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Real nodes on loopback, in this process, with their data under one directory. */
public final class LocalCluster implements AutoCloseable {
    private static final int LOWEST_PORT = 20_000;
    private static final int HIGHEST_PORT = 32_000;

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Path base;
    private final Map<NodeId, TrivetNode> running = new TreeMap<>();
    private final List<Address> addresses = new ArrayList<>();
    private final Map<NodeId, Duration> clocksAhead = new ConcurrentHashMap<>();

    /** Where nodes serve HTTP, of those that do. */
    private final Map<NodeId, Address> http = new TreeMap<>();

    private final MaintenanceSettings maintenanceSettings;
    private @Nullable Account account;

    private LocalCluster(Path base, MaintenanceSettings maintenanceSettings) {
        this.base = base;
        this.maintenanceSettings = maintenanceSettings;
    }

    public static LocalCluster start(Path base, int nodes, ChunkSize chunkSize) throws IOException {
        return start(base, nodes, chunkSize, MaintenanceSettings.USUAL);
    }

    /** Every chunk has a file of its own, for tests that look at them or damage them. */
    public static LocalCluster inFiles(Path base, int nodes, ChunkSize chunkSize) throws IOException {
        return inFiles(base, nodes, chunkSize, MaintenanceSettings.USUAL);
    }

    /** As above, with other maintenance. */
    public static LocalCluster inFiles(
            Path base, int nodes, ChunkSize chunkSize, MaintenanceSettings maintenanceSettings) throws IOException {
        return start(base, nodes, chunkSize, maintenanceSettings.withSmallChunks(0));
    }

    /** A cluster without TLS, for tests that send a node bytes of their own. */
    public static LocalCluster plaintext(Path base, int nodes, ChunkSize chunkSize) throws IOException {
        return start(
                base, nodes, new NodeOptions.Start.Init(0, chunkSize, true, Duration.ZERO), MaintenanceSettings.USUAL);
    }

    /** Each serves metrics and health on loopback: {@link #http}. */
    public static LocalCluster withHttp(Path base, int nodes, ChunkSize chunkSize) throws IOException {
        Map<NodeId, Address> http = new TreeMap<>();
        for (int number = 0; number < nodes; number++) {
            http.put(new NodeId(number), freeAddress());
        }
        return withHttp(base, nodes, chunkSize, http);
    }

    /** These nodes serve metrics and health there. */
    public static LocalCluster withHttp(Path base, int nodes, ChunkSize chunkSize, Map<NodeId, Address> http)
            throws IOException {
        return start(base, nodes, new NodeOptions.Start.Init(0, chunkSize), MaintenanceSettings.USUAL, http);
    }

    public Address http(NodeId node) {
        return java.util.Objects.requireNonNull(http.get(node));
    }

    /** It listens a moment after the node does. */
    void awaitHttp() {
        http.values()
                .forEach(where -> await("somebody listens at " + where, () -> {
                    try (Socket _ = new Socket(where.host(), where.port())) {
                        return true;
                    } catch (IOException _) {
                        return false;
                    }
                }));
    }

    public static LocalCluster start(Path base, int nodes, ChunkSize chunkSize, MaintenanceSettings maintenanceSettings)
            throws IOException {
        return start(base, nodes, new NodeOptions.Start.Init(0, chunkSize), maintenanceSettings);
    }

    private static LocalCluster start(
            Path base, int nodes, NodeOptions.Start.Init init, MaintenanceSettings maintenanceSettings)
            throws IOException {
        return start(base, nodes, init, maintenanceSettings, Map.of());
    }

    private static LocalCluster start(
            Path base,
            int nodes,
            NodeOptions.Start.Init init,
            MaintenanceSettings maintenanceSettings,
            Map<NodeId, Address> http)
            throws IOException {
        LocalCluster cluster = new LocalCluster(base, maintenanceSettings);
        cluster.http.putAll(http);
        cluster.account = accountOf(cluster.add(init), base.resolve("n0"));
        while (cluster.running.size() < nodes) {
            cluster.join();
        }
        if (nodes > 1) {
            cluster.awaitMasters(Math.min(3, nodes));
        }
        return cluster;
    }

    /** The administrator of a cluster just made here; removes the file with its secret. */
    static Account accountOf(TrivetNode first, Path data) throws IOException {
        FirstAdministrator administrator = first.administrator().orElseThrow();
        FirstAdministrator.taken(data);
        return administrator.account();
    }

    public Account account() {
        return java.util.Objects.requireNonNull(account);
    }

    /** A client of another user, or an anonymous one. */
    public TrivetClient client(@Nullable Account user) {
        return TrivetClient.connect(ClientOptions.of(addresses, trust()).as(user));
    }

    public TrivetNode join() throws IOException {
        String token = running.values().iterator().next().issueToken(Duration.ofMinutes(1), 1);
        return add(new NodeOptions.Start.Join(token));
    }

    private TrivetNode add(NodeOptions.Start start) throws IOException {
        Address address = freeAddress();
        addresses.add(address);
        NodeId node = new NodeId(running.size());
        return keep(
                new NodeOptions(data(node), List.of(), Optional.of(address), start, maintenanceSettings, clock(node))
                        .withHttp(Optional.ofNullable(http.get(node))));
    }

    /** Sets the clock of this node's machine ahead by this time. */
    public void setClock(NodeId node, Duration ahead) {
        clocksAhead.put(node, ahead);
    }

    private InstantSource clock(NodeId node) {
        return () -> Instant.now().plus(clocksAhead.getOrDefault(node, Duration.ZERO));
    }

    private TrivetNode keep(NodeOptions options) throws IOException {
        TrivetNode node = TrivetNode.start(options);
        running.put(node.id(), node);
        if (!node.awaitReady(LIMIT)) {
            throw new IOException(node.id() + " is not ready");
        }
        return node;
    }

    /**
     * An address on which nobody listens. The port is below those that the system gives to outgoing
     * connections, one of which could be taken before this one is used; it is random, since tests
     * of other processes choose ports as well.
     */
    public static Address freeAddress() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST_PORT, HIGHEST_PORT);
            try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return new Address("127.0.0.1", port);
            } catch (IOException _) {
                // In use: try another one.
            }
        }
    }

    public Path data(NodeId node) {
        return base.resolve(node.toString());
    }

    public TrivetNode node(NodeId node) {
        return running.get(node);
    }

    public void stop(NodeId node) {
        running.remove(node).close();
    }

    public void restart(NodeId node) throws IOException {
        keep(new NodeOptions(
                        data(node),
                        List.of(),
                        Optional.empty(),
                        new NodeOptions.Start.Restart(),
                        maintenanceSettings,
                        clock(node))
                .withHttp(Optional.ofNullable(http.get(node))));
    }

    /** Restarts the node with these disks added, and those forgotten. */
    void restart(NodeId node, List<Path> disks, List<Path> forgotten) throws IOException {
        keep(new NodeOptions(
                data(node),
                disks,
                Optional.empty(),
                new NodeOptions.Start.Restart(forgotten),
                maintenanceSettings,
                clock(node)));
    }

    /** Restarts the node at another address, where it may find no peer yet. */
    TrivetNode restartAt(NodeId node, Address address, Map<NodeId, Address> peers) throws IOException {
        NodeOptions.Start.Restart start = new NodeOptions.Start.Restart(List.of(), peers);
        TrivetNode moved = TrivetNode.start(
                new NodeOptions(data(node), List.of(), Optional.of(address), start, maintenanceSettings));
        running.put(node, moved);
        addresses.set(node.number(), address);
        return moved;
    }

    /** Starts all nodes again after {@link #stopAll}. */
    public void restartAll(int nodes) throws IOException {
        for (int number = 0; number < nodes; number++) {
            NodeId id = new NodeId(number);
            TrivetNode node = TrivetNode.start(new NodeOptions(
                    data(id),
                    List.of(),
                    Optional.empty(),
                    new NodeOptions.Start.Restart(),
                    maintenanceSettings,
                    clock(id)));
            running.put(node.id(), node);
        }
        for (TrivetNode node : running.values()) {
            if (!node.awaitReady(LIMIT)) {
                throw new IOException(node.id() + " is not ready");
            }
        }
    }

    public List<Address> addresses() {
        return List.copyOf(addresses);
    }

    public TrivetClient client() {
        return client(account());
    }

    public TrustSettings trust() {
        return running.values().iterator().next().profile().trustSettings();
    }

    /** A connector to these nodes, as a client has it. */
    public Connector connector() {
        return new Connector("test", null, TransportSecurity.of(trust()));
    }

    /** A connector with the credentials of this node. */
    public Connector connectorAs(NodeId node) throws IOException {
        Connector connector = new Connector(
                "test", null, NodeCredentials.of(data(node), trust()).transportSecurity());
        if (trust() instanceof TrustSettings.Plaintext) {
            Keyring keyring = keyring(node);
            connector.introduceAs(new LoginHandshake(new CallerIdentity.OfNode(node), keyring::nodeSecret), true);
        }
        return connector;
    }

    public Keyring keyring(NodeId node) throws IOException {
        ClusterKeyStore safe = new ClusterKeyStore(data(node), NodeIdentity.read(data(node)));
        return Keyring.open(data(node), safe, trust());
    }

    void awaitMasters(int masters) {
        try (TrivetClient client = client()) {
            await(
                    "there are " + masters + " masters",
                    () -> client.cluster().status().view().masters().size() == masters);
        }
    }

    public static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not in time: " + what);
            }
            Thread.yield();
        }
    }

    public void stopAll() {
        running.values().forEach(TrivetNode::close);
        running.clear();
    }

    @Override
    public void close() {
        stopAll();
    }
}
