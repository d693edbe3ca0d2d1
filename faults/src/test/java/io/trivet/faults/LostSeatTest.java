package io.trivet.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.faults.machine.Abilities;
import io.trivet.model.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A master that lost its log is counted and does not vote (rule 8): every view of the cluster shows
 * that until another node has its seat.
 */
@Timeout(240)
class LostSeatTest {
    private static final int CHUNK = 256 << 10;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long POLL_NANOS = 300_000_000;

    @TempDir
    Path base;

    @Test
    void everyViewSaysThatASeatIsLostUntilAnotherNodeHasIt() throws IOException {
        Path nodes = Files.createDirectory(base.resolve("nodes"));
        try (ProcessCluster cluster = ProcessCluster.start(nodes, 3, CHUNK, Abilities.NONE)) {
            ClientCommand client = new ClientCommand(
                    cluster.node(new NodeId(0)).profile(), Files.createDirectory(base.resolve("user")));
            NodeId loser = new NodeId(1);
            Path data = cluster.node(loser).disks().getFirst();
            awaitSaid(client, said -> !said.contains("vote"), "masters");
            cluster.node(loser).stop();
            Files.move(data.resolve("quorum"), base.resolve("gone"));
            cluster.node(loser).restart();
            cluster.awaitReady(loser);

            String masters = awaitSaid(client, said -> said.contains("does not vote since"), "masters");
            assertThat(cluster.endedSeats()).as("no file says so").isEmpty();
            assertThat(cluster.awaitVotes(Duration.ZERO))
                    .singleElement()
                    .asString()
                    .startsWith("n1 does not vote: ");
            assertThat(masters)
                    .contains("n1 (does not vote)")
                    .containsPattern(
                            "n1 is a master and does not vote since 2[^ ]+Z: .*raft-meta: expected the log of this master")
                    .contains("add a server (`trivet token`), which takes over its seat")
                    .contains("2 of 3 masters vote: one more failure stops writing");
            for (String[] view : new String[][] {{"status"}, {"nodes", "list"}}) {
                assertThat(client.run(view).said())
                        .contains("n1 is a master and does not vote since")
                        .contains("2 of 3 masters vote: one more failure stops writing");
            }
            assertThat(client.run("status", "--json").said()).contains("\"voting\":[\"n0\",\"n2\"]");
            assertThat(client.run("doctor", "--data", data.toString()).said())
                    .contains("this master has lost its seat")
                    .contains("one more failure stops writing");
            assertThat(client.run(
                                    "doctor",
                                    "--data",
                                    cluster.node(new NodeId(0))
                                            .disks()
                                            .getFirst()
                                            .toString())
                            .said())
                    .doesNotContain("this master has lost its seat")
                    .contains("one more failure stops writing");

            NodeId fourth = cluster.join();
            String after =
                    awaitSaid(client, said -> said.contains(fourth.toString()) && !said.contains("n1"), "masters");
            assertThat(after).contains("n0", "n2").doesNotContain("vote");
            assertThat(cluster.awaitVotes(LIMIT)).isEmpty();
        }
    }

    /** What the command says once it says this. */
    private static String awaitSaid(ClientCommand client, Predicate<String> wanted, String... words)
            throws IOException {
        long end = System.nanoTime() + LIMIT.toNanos();
        String said = client.run(words).said();
        while (!wanted.test(said)) {
            assertThat(System.nanoTime() - end).as(said).isNegative();
            LockSupport.parkNanos(POLL_NANOS);
            said = client.run(words).said();
        }
        return said;
    }
}
