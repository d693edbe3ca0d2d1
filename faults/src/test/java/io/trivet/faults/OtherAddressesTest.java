package io.trivet.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.faults.machine.Abilities;
import io.trivet.model.Address;
import io.trivet.model.NodeId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Masters that return at other addresses have a leader within 30 s after a majority is up, in
 * whatever order they are started.
 */
class OtherAddressesTest {
    private static final int CHUNK = 256 << 10;
    private static final Duration LEADER_LIMIT = Duration.ofSeconds(30);
    private static final List<List<Integer>> ORDERS = List.of(
            List.of(0, 1, 2), List.of(0, 2, 1), List.of(1, 0, 2), List.of(1, 2, 0), List.of(2, 0, 1), List.of(2, 1, 0));

    @TempDir
    Path base;

    /**
     * One and two that moved heal by themselves; where all moved each that comes later is told
     * where the first one is.
     */
    @Test
    @Timeout(240)
    void oneTwoAndThreeMovedMastersFindEachOther() throws IOException {
        try (ProcessCluster cluster = start()) {
            move(cluster, Set.of(1), List.of(1, 0, 2));
            move(cluster, Set.of(0, 2), List.of(2, 0, 1));
            move(cluster, Set.of(0, 1, 2), List.of(1, 2, 0));
        }
    }

    /**
     * Two moved while the third was down, so that it knows neither; then all stop, and it comes
     * back first, with one of them at yet another address.
     */
    @Test
    @Timeout(240)
    @EnabledIfSystemProperty(named = "trivet.long", matches = "true")
    void aStaleMasterFindsTheOthersToo() throws IOException {
        try (ProcessCluster cluster = start()) {
            NodeId stale = new NodeId(2);
            cluster.node(stale).stop();
            for (int number : List.of(0, 1)) {
                NodeId node = new NodeId(number);
                cluster.node(node).kill();
                cluster.node(node).restartAt(freeAddress(), List.of());
                cluster.awaitReady(node);
            }
            cluster.awaitService(LEADER_LIMIT);
            cluster.killAll();
            cluster.node(stale).restart();
            cluster.node(new NodeId(1)).restartAt(freeAddress(), peers(cluster, stale));
            cluster.awaitService(LEADER_LIMIT);
            cluster.node(new NodeId(0)).restart();
            cluster.awaitReady(new NodeId(0));
        }
    }

    /** Takes minutes: every set of movers, in every order. */
    @Test
    @Timeout(3600)
    @EnabledIfSystemProperty(named = "trivet.long", matches = "true")
    void everySetInEveryOrder() throws IOException {
        try (ProcessCluster cluster = start()) {
            for (List<Integer> order : ORDERS) {
                for (Set<Integer> movers : List.of(
                        Set.of(0), Set.of(1), Set.of(2), Set.of(0, 1), Set.of(0, 2), Set.of(1, 2), Set.of(0, 1, 2))) {
                    try {
                        move(cluster, movers, order);
                    } catch (IOException e) {
                        throw new IOException(movers + " moved, started in the order " + order, e);
                    }
                }
            }
        }
    }

    private ProcessCluster start() throws IOException {
        return ProcessCluster.start(base, 3, CHUNK, Abilities.NONE);
    }

    /** Stops all, starts the first two of the order, and then the third; a leader must be there already with two. */
    private static void move(ProcessCluster cluster, Set<Integer> movers, List<Integer> order) throws IOException {
        cluster.killAll();
        List<NodeId> nodes = order.stream().map(NodeId::new).toList();
        for (NodeId node : nodes.subList(0, 2)) {
            // Nobody knows anybody's address, and nobody is left to ask: a person says it.
            boolean alone = movers.size() == 3 && node.equals(nodes.get(1));
            start(cluster, node, movers, alone ? peers(cluster, nodes.getFirst()) : List.of());
        }
        boolean found =
                movers.size() == 3 || nodes.subList(0, 2).stream().anyMatch(node -> !movers.contains(node.number()));
        if (found) {
            cluster.awaitService(LEADER_LIMIT);
        }
        start(cluster, nodes.get(2), movers, movers.size() == 3 ? peers(cluster, nodes.getFirst()) : List.of());
        cluster.awaitService(LEADER_LIMIT);
        for (NodeId node : nodes) {
            cluster.awaitReady(node);
        }
        cluster.awaitAddressesKnown();
        assertThat(cluster.masters()).hasSize(3);
    }

    private static void start(ProcessCluster cluster, NodeId node, Set<Integer> movers, List<String> arguments)
            throws IOException {
        if (movers.contains(node.number())) {
            cluster.node(node).restartAt(freeAddress(), arguments);
        } else {
            cluster.node(node).restart(arguments);
        }
    }

    private static List<String> peers(ProcessCluster cluster, NodeId... nodes) {
        List<String> arguments = new ArrayList<>();
        Stream.of(nodes)
                .forEach(node -> arguments.addAll(
                        List.of("--peer", node + "=" + cluster.node(node).address())));
        return arguments;
    }

    private static Address freeAddress() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new Address("127.0.0.1", socket.getLocalPort());
        }
    }
}
