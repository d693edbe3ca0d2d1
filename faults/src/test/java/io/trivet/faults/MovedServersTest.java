package io.trivet.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.faults.machine.Abilities;
import io.trivet.model.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * What people do with the directories of servers: move them, copy them, swap disks, mount them
 * elsewhere, start a copy beside the original.
 */
class MovedServersTest {
    private static final int CHUNK = 256 << 10;
    private static final int OPERATIONS_BETWEEN = 20;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration DEBT_LIMIT = Duration.ofMinutes(2);

    @TempDir
    Path base;

    /**
     * By {@code cp -a}, a start from the copy, and the removal of the old one, as in a move to a
     * larger disk; the others serve and are written to.
     */
    @Test
    @Timeout(300)
    void dataDirectoriesMoveInTurnWhileTheOthersServe() throws IOException {
        RunFigures runFigures = new RunFigures();
        Path local = Files.createDirectory(base.resolve("local"));
        try (ProcessCluster cluster = ProcessCluster.start(base, 3, CHUNK, Abilities.NONE);
                Workload workload =
                        new Workload(cluster, "moved", 3, 0, local, WorkMix.of(CHUNK), 20261129, runFigures)) {
            for (NodeId node : cluster.ids()) {
                awaitWork(runFigures);
                cluster.node(node).stop();
                List<Path> old = cluster.node(node).disks();
                Path target = Files.createDirectory(base.resolve("new-" + node)).resolve("data");
                shell("cp", "-a", old.getFirst().toString(), target.toString());
                awaitWork(runFigures);
                cluster.node(node).moved(List.of(target, old.get(1)));
                cluster.node(node).restart();
                cluster.awaitReady(node);
                shell("rm", "-r", old.getFirst().toString());
            }
            awaitWork(runFigures);
            try (Audit audit = new Audit(cluster, Set.of(), runFigures)) {
                workload.standStill(() -> {
                    audit.awaitNoDebt(DEBT_LIMIT);
                    workload.check(audit);
                });
            }
            assertThat(cluster.endedSeats()).isEmpty();
        }
        assertThat(runFigures.failures()).isEmpty();
        assertThat(runFigures.violations()).isEmpty();
    }

    /** A node takes nothing of another node's disk, and its own back when it is where it belongs. */
    @Test
    @Timeout(300)
    @EnabledIfSystemProperty(named = "trivet.long", matches = "true")
    void disksThatWereSwappedOrMountedElsewhereAreKnownByTheirIds() throws IOException {
        RunFigures runFigures = new RunFigures();
        Path local = Files.createDirectory(base.resolve("local"));
        NodeId one = new NodeId(0);
        NodeId two = new NodeId(1);
        try (ProcessCluster cluster = ProcessCluster.start(base, 3, CHUNK, Abilities.NONE);
                Workload workload =
                        new Workload(cluster, "swap", 2, 0, local, WorkMix.of(CHUNK), 20261130, runFigures)) {
            awaitWork(runFigures);
            Path ofOne = cluster.node(one).disks().get(1);
            Path ofTwo = cluster.node(two).disks().get(1);
            workload.standStill(() -> {
                cluster.killAll();
                swap(ofOne, ofTwo);
                cluster.ids().forEach(node -> restart(cluster, node));
                cluster.ids().forEach(node -> awaitReady(cluster, node));
            });
            assertThat(disksOf(cluster))
                    .as("neither touches the disk of the other")
                    .contains("belongs to");
            workload.standStill(() -> {
                cluster.killAll();
                swap(ofOne, ofTwo);
                Path renamed = ofOne.resolveSibling("mounted-elsewhere");
                move(ofOne, renamed);
                cluster.node(one).moved(List.of(cluster.node(one).disks().getFirst(), renamed));
                restart(cluster, one, "--disk", renamed.toString());
                restart(cluster, two);
                restart(cluster, new NodeId(2));
                cluster.ids().forEach(node -> awaitReady(cluster, node));
            });
            awaitWork(runFigures);
            assertThat(disksOf(cluster)).doesNotContain("belongs to");
            try (Audit audit = new Audit(cluster, Set.of(), runFigures)) {
                workload.standStill(() -> {
                    audit.awaitNoDebt(DEBT_LIMIT);
                    workload.check(audit);
                });
            }
        }
        assertThat(runFigures.violations()).isEmpty();
    }

    /**
     * Paths are the same in both mount namespaces, and no lock of a file is seen from one in the
     * other, as the copy has files of its own.
     */
    @Test
    @Timeout(240)
    void aCopyInAnotherMountNamespaceGivesWay() throws IOException {
        Assumptions.assumeTrue(mayUnshare(), "needs root and mount namespaces");
        NodeId node = new NodeId(1);
        try (ProcessCluster cluster = ProcessCluster.start(base, 3, CHUNK, Abilities.NONE)) {
            Path data = cluster.node(node).disks().getFirst();
            Path copy = base.resolve("copy");
            cluster.node(node).stop();
            shell("cp", "-a", data.toString(), copy.toString());
            cluster.node(node).restart();
            cluster.awaitReady(node);
            ClientCommand inNamespace = new ClientCommand(cluster.node(node).profile(), base);
            for (String listen : List.of(
                    "127.0.0.1:" + freePort(), cluster.node(node).address().toString())) {
                ClientCommand.Ran ran = inNamespace.run(inMountNamespace(copy, data, listen));
                assertThat(ran.said())
                        .doesNotContainPattern("(?m)^ready ")
                        .containsAnyOf(
                                "another process is this node, and serves at "
                                        + cluster.node(node).address(),
                                "Address already in use");
                assertThat(ran.code()).isNotZero();
            }
            assertThat(cluster.endedByThemselves()).isEmpty();
            cluster.awaitService(LIMIT);
        }
    }

    private static List<String> inMountNamespace(Path copy, Path data, String listen) {
        List<String> command = new ArrayList<>(List.of(
                "unshare", "-m", "sh", "-c", "mount --bind \"$0\" \"$1\" && shift && exec \"$@\"", copy.toString()));
        command.add(data.toString());
        command.addAll(ClientCommand.program());
        command.addAll(List.of("node", "--data", data.toString(), "--listen", listen));
        return command;
    }

    private static boolean mayUnshare() {
        try {
            shell("unshare", "-m", "true");
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String disksOf(ProcessCluster cluster) {
        try (var client = cluster.client()) {
            return client.cluster().status().nodes().stream()
                    .map(node -> node.storage().trouble())
                    .toList()
                    .toString();
        }
    }

    private static void swap(Path one, Path two) {
        Path aside = one.resolveSibling("aside");
        move(one, aside);
        move(two, one);
        move(aside, two);
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void restart(ProcessCluster cluster, NodeId node, String... arguments) {
        try {
            cluster.node(node).restart(List.of(arguments));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitReady(ProcessCluster cluster, NodeId node) {
        try {
            cluster.awaitReady(node);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void shell(String... command) throws IOException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + " failed");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitWork(RunFigures runFigures) {
        long before = runFigures.operations();
        long end = System.nanoTime() + LIMIT.toNanos();
        while (runFigures.operations() < before + OPERATIONS_BETWEEN) {
            assertThat(System.nanoTime() - end).as("clients get work done").isNegative();
            LockSupport.parkNanos(10_000_000);
        }
    }
}
