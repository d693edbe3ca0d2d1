package io.trivet.faults;

import io.trivet.client.ClientOptions;
import io.trivet.client.ClusterStatus;
import io.trivet.client.Profile;
import io.trivet.client.TrivetClient;
import io.trivet.faults.machine.Abilities;
import io.trivet.model.Address;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.model.SeatReport;
import io.trivet.model.TrivetException;
import io.trivet.node.cluster.KnownCluster;
import io.trivet.wire.credentials.TrustSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Nodes as processes, with their data and logs under one directory. One thread; {@link #client}
 * any.
 */
final class ProcessCluster implements AutoCloseable {
    private static final Duration READY_LIMIT = Duration.ofMinutes(2);
    private static final Duration TOKEN_VALID = Duration.ofMinutes(10);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int MASTERS = 3;
    private static final int PARALLELISM = 3;
    private static final long POLL_NANOS = 50_000_000;

    private final SortedMap<NodeId, ServerProcess> nodes = new TreeMap<>();
    private final TestMachine testMachine;
    private final UnpluggedDisks unpluggedDisks = new UnpluggedDisks();
    private final Thread atExit = new Thread(this::end, "kill-nodes");

    private ProcessCluster(TestMachine testMachine) {
        this.testMachine = testMachine;
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /**
     * Starts a cluster; on return its nodes serve and its masters have their seats.
     *
     * @param base an empty directory
     * @param chunkBytes small, so that small files have many chunks
     * @param abilities of the machine that are used
     */
    static ProcessCluster start(Path base, int count, int chunkBytes, Abilities abilities) throws IOException {
        ProcessCluster cluster = new ProcessCluster(TestMachine.make(base, count, abilities));
        try {
            cluster.add(List.of("--init", "--chunk-size", Integer.toString(chunkBytes)));
            while (cluster.nodes.size() < count) {
                cluster.add(List.of("--join", cluster.token()));
            }
            cluster.awaitMasters();
            return cluster;
        } catch (IOException | RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private void add(List<String> arguments) throws IOException {
        NodeId id = new NodeId(nodes.size());
        ServerProcess node = testMachine.settle(id);
        nodes.put(id, node);
        node.create(arguments);
        node.awaitReady(READY_LIMIT);
    }

    /** Adds a node; on return it serves. It has no slots yet if there are files. */
    NodeId join() throws IOException {
        add(List.of("--join", token()));
        return nodes.lastKey();
    }

    private String token() {
        try (TrivetClient client = client()) {
            return client.tokens().issue(TOKEN_VALID, 1);
        }
    }

    private void awaitMasters() throws IOException {
        int wanted = Math.min(MASTERS, nodes.size());
        long end = System.nanoTime() + READY_LIMIT.toNanos();
        try (TrivetClient client = client()) {
            while (client.cluster().status().view().masters().size() < wanted) {
                if (System.nanoTime() - end > 0) {
                    throw new IOException("there are not " + wanted + " masters after " + READY_LIMIT);
                }
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
    }

    /** A new client that knows all addresses. */
    TrivetClient client() {
        List<Address> seeds =
                nodes.values().stream().map(ServerProcess::address).toList();
        Profile profile = profile();
        return TrivetClient.connect(
                new ClientOptions(seeds, profile.trustSettings(), PARALLELISM, PATIENCE).as(profile.account()));
    }

    /** The profile that the first node wrote when it founded the cluster. */
    private Profile profile() {
        try {
            return Profile.read(nodes.firstEntry().getValue().profile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    TrustSettings trust() {
        return profile().trustSettings();
    }

    /** The machine under the cluster. */
    TestMachine ground() {
        return testMachine;
    }

    /**
     * Removes a disk from the running node; {@link #heal} returns it with its content and restarts
     * the node.
     */
    void unplug(NodeId node, int disk) throws IOException {
        unpluggedDisks.unplug(node(node), disk);
    }

    /** Waits until a change of the namespace is acknowledged to a new client. */
    void awaitService(Duration limit) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            try (TrivetClient client = client()) {
                client.makeDirectory(RemotePath.parse("/back"));
                return;
            } catch (TrivetException e) {
                if (System.nanoTime() - end > 0) {
                    throw new IOException("nothing is acknowledged after " + limit + ": " + e.getMessage(), e);
                }
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
    }

    /** Waits until a restarted node serves. */
    void awaitReady(NodeId node) throws IOException {
        node(node).awaitReady(READY_LIMIT);
    }

    /**
     * Waits until each node has stored the addresses of the others. Two nodes that move before they
     * learn of each other's last move find each other only through a third node or a person.
     */
    void awaitAddressesKnown() throws IOException {
        Map<NodeId, Address> addresses = new HashMap<>();
        nodes.forEach((id, node) -> addresses.put(id, node.address()));
        long end = System.nanoTime() + READY_LIMIT.toNanos();
        for (ServerProcess node : nodes.values()) {
            while (!addresses.equals(known(node))) {
                if (System.nanoTime() - end > 0) {
                    throw new IOException(node.address() + " does not know after " + READY_LIMIT + ": " + addresses);
                }
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
    }

    private static Map<NodeId, Address> known(ServerProcess node) throws IOException {
        return new KnownCluster(node.disks().getFirst())
                .view()
                .map(view -> view.nodes().stream().collect(Collectors.toMap(Node::id, Node::address)))
                .orElse(Map.of());
    }

    List<NodeId> ids() {
        return List.copyOf(nodes.keySet());
    }

    ServerProcess node(NodeId id) {
        ServerProcess node = nodes.get(id);
        if (node == null) {
            throw new IllegalArgumentException("there is no " + id);
        }
        return node;
    }

    /** The leader according to the running nodes; waits a while until there is one. */
    Optional<NodeId> leader() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        do {
            try (TrivetClient client = client()) {
                ClusterStatus status = client.cluster().status();
                if (status.leader().isPresent()) {
                    return status.leader();
                }
            } catch (TrivetException _) {
                // The node does not answer now.
            }
            LockSupport.parkNanos(POLL_NANOS);
        } while (System.nanoTime() - end < 0);
        return Optional.empty();
    }

    /** The nodes with a seat, according to the cluster. */
    List<NodeId> masters() throws IOException {
        try (TrivetClient client = client()) {
            return client.cluster().status().view().masters().stream()
                    .map(Node::id)
                    .toList();
        } catch (TrivetException e) {
            throw new IOException("every node serves, and nobody says who the masters are: " + e.getMessage(), e);
        }
    }

    /** Nodes whose process ended without being told to. */
    List<NodeId> endedByThemselves() {
        return ids().stream().filter(id -> node(id).endedByItself()).toList();
    }

    /**
     * Waits until every master votes, as the leader hears from it. Empty then; otherwise a line for
     * each master that does not, with its reason. A seat that only a process holds to be lost leaves
     * no file.
     */
    List<String> awaitVotes(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        List<String> silent = mastersWithoutVote();
        while (!silent.isEmpty() && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(POLL_NANOS);
            silent = mastersWithoutVote();
        }
        return silent;
    }

    private List<String> mastersWithoutVote() {
        try (TrivetClient client = client()) {
            ClusterStatus status = client.cluster().status();
            int epoch = status.view().epoch();
            List<NodeId> masters =
                    status.view().masters().stream().map(Node::id).toList();
            return status.nodes().stream()
                    .filter(node -> masters.contains(node.node()))
                    .filter(node -> !node.isUp()
                            || node.seat().filter(seat -> seat.votes(epoch)).isEmpty())
                    .map(node -> node.node() + " does not vote: "
                            + node.seat().map(SeatReport::toString).orElse("nothing is known of its seat"))
                    .toList();
        } catch (TrivetException e) {
            return List.of("nobody says who votes: " + e.getMessage());
        }
    }

    /** Nodes that consider their seat lost. */
    List<NodeId> endedSeats() {
        return ids().stream()
                .filter(id -> Files.exists(quorum(id).resolve("ended")))
                .toList();
    }

    /** Restarts and heals everything; on return every node serves. */
    void heal() throws IOException {
        testMachine.heal();
        for (ServerProcess node : nodes.values()) {
            if (node.isPaused()) {
                node.resume();
            }
            if (node.isClockWrong() || unpluggedDisks.isOf(node)) {
                node.kill();
            }
            unpluggedDisks.plugIn(node);
            if (!node.isAlive()) {
                node.restart();
            }
        }
        for (ServerProcess node : nodes.values()) {
            node.awaitReady(READY_LIMIT);
        }
    }

    /**
     * Restores a backup on one node as the only master, and waits until all nodes serve and there
     * are as many masters as before.
     */
    void restoreNames(NodeId on, Path backup) throws IOException {
        killAll();
        node(on).command("namespace", "restore", backup.toString());
        for (NodeId other : ids()) {
            if (!other.equals(on) && Files.exists(quorum(other))) {
                node(other).command("namespace", "give-up-seat");
            }
        }
        heal();
        awaitService(READY_LIMIT);
        awaitMasters();
    }

    private Path quorum(NodeId node) {
        return node(node).disks().getFirst().resolve("quorum");
    }

    /** Kills all nodes at the same moment, as far as possible. */
    void killAll() {
        killAllNow();
        nodes.values().forEach(ServerProcess::kill);
    }

    private void killAllNow() {
        nodes.values().forEach(ServerProcess::killNow);
    }

    /** Ends the nodes, and copies their disks, which may be gone with the cluster, below {@code directory}. */
    void keepDisks(Path directory) throws IOException {
        killAll();
        for (NodeId node : ids()) {
            Snapshot.of(node(node).disks(), directory.resolve(node.toString()));
        }
    }

    private void end() {
        killAll();
        testMachine.close();
    }

    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException _) {
            // The program ends already, and the hook runs or has run.
        }
    }
}
