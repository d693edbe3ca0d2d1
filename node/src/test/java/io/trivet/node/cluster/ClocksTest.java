package io.trivet.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.client.ClusterStatus;
import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.model.ChunkSize;
import io.trivet.model.FileId;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.model.TrashedFile;
import io.trivet.model.TrivetException;
import io.trivet.node.LocalCluster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One clock of three is wrong, the leader's or another's, by little or by much: nothing is lost,
 * and the cluster continues to work.
 */
@Timeout(300)
final class ClocksTest {
    private static final int NODES = 3;
    private static final RemotePath REMOVED = RemotePath.parse("/removed");
    private static final Duration DAY = Duration.ofDays(1);
    private static final List<Duration> OFF = Stream.of(
                    Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofHours(1), DAY, Duration.ofDays(365))
            .flatMap(off -> Stream.of(off, off.negated()))
            .toList();

    /** The tolerance for the delay of heartbeats on a busy machine. */
    private static final Duration ABOUT = Duration.ofSeconds(20);

    @TempDir
    Path base;

    private LocalCluster cluster;
    private TrivetClient lasting;
    private int saved;

    @BeforeEach
    void start() throws IOException {
        cluster = LocalCluster.start(base, NODES, new ChunkSize(64 << 10));
        lasting = cluster.client();
        lasting.trash().setRetention(DAY);
        lasting.save(new ByteArrayInputStream(new byte[] {1}), REMOVED, Progress.NONE);
        lasting.remove(REMOVED, false);
    }

    @AfterEach
    void stop() {
        lasting.close();
        cluster.close();
    }

    private static NodeId n(int number) {
        return new NodeId(number);
    }

    private NodeId leader() {
        NodeId[] leader = new NodeId[1];
        LocalCluster.await("there is a leader", () -> {
            leader[0] = lasting.cluster().status().leader().orElse(null);
            return leader[0] != null;
        });
        return leader[0];
    }

    private NodeId follower() {
        return n((leader().number() + 1) % NODES);
    }

    /** Sets a clock and waits until the leader knows it, after which it could follow it. */
    private void setClock(NodeId node, Duration ahead) {
        cluster.setClock(node, ahead);
        LocalCluster.await(node + " has told its clock", () -> isSeen(node, ahead));
    }

    private boolean isSeen(NodeId node, Duration ahead) {
        Duration seen = lasting.cluster().status().nodes().stream()
                .filter(status -> status.node().equals(node))
                .map(ClusterStatus.NodeStatus::clockAhead)
                .findFirst()
                .orElse(Duration.ZERO);
        return ahead.abs().compareTo(ClusterClock.ODD) <= 0
                ? seen.isZero()
                : seen.minus(ahead).abs().compareTo(ABOUT) < 0;
    }

    private void everythingGoesOn() throws IOException {
        saveAndLoad(lasting);
        try (TrivetClient fresh = cluster.client()) {
            saveAndLoad(fresh);
        }
        List<TrashedFile> trash = lasting.trash().page(new FileId(1, 1)).files();
        assertThat(trash).extracting(TrashedFile::path).contains(REMOVED);
        assertThat(trash)
                .allSatisfy(file -> assertThat(
                                Duration.between(file.since(), Instant.now()).abs())
                        .isLessThan(Duration.ofMinutes(6)));
    }

    private void saveAndLoad(TrivetClient client) throws IOException {
        byte[] bytes = new byte[300_000];
        new Random(++saved).nextBytes(bytes);
        RemotePath path = RemotePath.parse("/f/" + saved);
        client.save(new ByteArrayInputStream(bytes), path, Progress.NONE);
        ByteArrayOutputStream loaded = new ByteArrayOutputStream();
        client.load(path, loaded, Progress.NONE);
        assertThat(loaded.toByteArray()).isEqualTo(bytes);
        client.remove(path, false);
    }

    @Test
    void theLeadersClockLeaps() throws IOException {
        for (Duration off : OFF) {
            NodeId leader = leader();
            setClock(leader, off);
            everythingGoesOn();
            setClock(leader, Duration.ZERO);
            everythingGoesOn();
        }
    }

    @Test
    void anotherNodesClockLeaps() throws IOException {
        for (Duration off : OFF) {
            NodeId follower = follower();
            setClock(follower, off);
            everythingGoesOn();
            setClock(follower, Duration.ZERO);
        }
    }

    /**
     * As with an empty battery: the node decides which certificates to trust before it heard any
     * other.
     */
    @Test
    void aNodeStartsWithAWrongClock() throws IOException {
        for (Duration off : List.of(
                DAY.negated(), Duration.ofDays(365), Duration.ofDays(365).negated())) {
            for (NodeId node : List.of(leader(), follower())) {
                cluster.stop(node);
                cluster.setClock(node, off);
                cluster.restart(node);
                setClock(node, off);
                everythingGoesOn();
                cluster.setClock(node, Duration.ZERO);
            }
        }
    }

    /** The first leader knows only its own clock. */
    @Test
    void allStartAndOneClockIsWrong() throws IOException {
        for (int number = 0; number < NODES; number++) {
            for (Duration off : List.of(DAY, DAY.negated())) {
                cluster.stopAll();
                cluster.setClock(n(number), off);
                cluster.restartAll(NODES);
                leader();
                everythingGoesOn();
                cluster.setClock(n(number), Duration.ZERO);
            }
        }
    }

    /** By the clocks of most nodes the file would be gone a day and a minute later. */
    @Test
    void whatMostClocksSayCounts() {
        for (int number = 0; number < NODES; number++) {
            cluster.setClock(n(number), DAY.plusMinutes(1));
        }
        LocalCluster.await("the trash is empty", () -> {
            try {
                lasting.makeDirectory(RemotePath.parse("/something-that-is-dated"));
                return lasting.trash().page(new FileId(1, 1)).files().isEmpty();
            } catch (TrivetException _) {
                return false;
            }
        });
    }
}
