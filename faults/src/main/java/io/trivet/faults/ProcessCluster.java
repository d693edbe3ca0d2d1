package io.trivet.faults;

import io.trivet.client.ClientOptions;
import io.trivet.client.ClusterStatus;
import io.trivet.client.Profile;
import io.trivet.client.TrivetClient;
import io.trivet.faults.machine.Abilities;
import io.trivet.model.Address;
import io.trivet.model.NodeId;
import io.trivet.model.TrivetException;
import io.trivet.wire.Trust;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/** Nodes, each a process of its own, their data and logs under one directory. One thread; {@link #client} any. */
final class ProcessCluster implements AutoCloseable {
    private static final Duration READY_LIMIT = Duration.ofMinutes(1);
    private static final Duration TOKEN_VALID = Duration.ofMinutes(10);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int MASTERS = 3;
    private static final int PARALLELISM = 3;
    private static final long POLL_NANOS = 50_000_000;

    private final SortedMap<NodeId, ServerProcess> nodes = new TreeMap<>();
    private final Ground ground;
    private final Unplugged unplugged = new Unplugged();
    private final Thread atExit = new Thread(this::end, "kill-nodes");

    private ProcessCluster(Ground ground) {
        this.ground = ground;
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /**
     * Starts a cluster; on return its nodes serve and its masters have their seats.
     *
     * @param base an empty directory
     * @param chunkBytes small, so that small files have many chunks
     * @param abilities of the machine, to be used
     */
    static ProcessCluster start(Path base, int count, int chunkBytes, Abilities abilities) throws IOException {
        ProcessCluster cluster = new ProcessCluster(Ground.make(base, count, abilities));
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
        ServerProcess node = ground.settle(id);
        nodes.put(id, node);
        node.create(arguments);
        node.awaitReady(READY_LIMIT);
    }

    /** One node more; on return it serves. It has no slots yet where there are files. */
    NodeId join() throws IOException {
        add(List.of("--join", token()));
        return nodes.lastKey();
    }

    private String token() {
        try (TrivetClient client = client()) {
            return client.issueToken(TOKEN_VALID, 1);
        }
    }

    private void awaitMasters() throws IOException {
        int wanted = Math.min(MASTERS, nodes.size());
        long end = System.nanoTime() + READY_LIMIT.toNanos();
        try (TrivetClient client = client()) {
            while (client.status().view().masters().size() < wanted) {
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
                new ClientOptions(seeds, profile.trust(), PARALLELISM, PATIENCE).as(profile.account()));
    }

    /** What the first node wrote when it made the cluster. */
    private Profile profile() {
        try {
            return Profile.read(nodes.firstEntry().getValue().profile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Trust trust() {
        return profile().trust();
    }

    /** What it stands on. */
    Ground ground() {
        return ground;
    }

    /** Takes a disk away under the node, which lives on; {@link #heal} gives it back, with all it held, and starts the node again. */
    void unplug(NodeId node, int disk) throws IOException {
        unplugged.unplug(node(node), disk);
    }

    /** Waits until a node that was started serves. */
    void awaitReady(NodeId node) throws IOException {
        node(node).awaitReady(READY_LIMIT);
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

    /** Who leads, as far as the nodes that live know; waits for a while until somebody does. */
    Optional<NodeId> leader() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        do {
            try (TrivetClient client = client()) {
                ClusterStatus status = client.status();
                if (status.leader().isPresent()) {
                    return status.leader();
                }
            } catch (TrivetException _) {
                // Nobody answers at the moment.
            }
            LockSupport.parkNanos(POLL_NANOS);
        } while (System.nanoTime() - end < 0);
        return Optional.empty();
    }

    /** Every node runs and serves again, whatever was done to it. */
    void heal() throws IOException {
        ground.heal();
        for (ServerProcess node : nodes.values()) {
            if (node.isPaused()) {
                node.resume();
            }
            if (node.isClockWrong() || unplugged.isOf(node)) {
                node.kill();
            }
            unplugged.plugIn(node);
            if (!node.isAlive()) {
                node.restart();
            }
        }
        for (ServerProcess node : nodes.values()) {
            node.awaitReady(READY_LIMIT);
        }
    }

    /** All at the same moment, as near as can be. */
    void killAll() {
        killAllNow();
        nodes.values().forEach(ServerProcess::kill);
    }

    private void killAllNow() {
        nodes.values().forEach(ServerProcess::killNow);
    }

    private void end() {
        killAll();
        ground.close();
    }

    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException _) {
            // The program ends already, and the hook has run or runs.
        }
    }
}
