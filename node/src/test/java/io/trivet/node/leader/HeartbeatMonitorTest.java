package io.trivet.node.leader;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Address;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.ClusterView;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.RepairReport;
import io.trivet.model.ScrubReport;
import io.trivet.model.SeatReport;
import io.trivet.model.StorageReport;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Silence is counted from the time at which a node could first have been heard. */
class HeartbeatMonitorTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private long now;
    private final HeartbeatMonitor heartbeatMonitor = new HeartbeatMonitor(() -> now, (_, _) -> true, HOUR);

    private static ClusterView view(int nodes) {
        return new ClusterView(
                new ClusterId(new UUID(1, 1)),
                1,
                1,
                ChunkSize.DEFAULT,
                2,
                IntStream.range(0, nodes)
                        .mapToObj(number ->
                                new Node(new NodeId(number), new Address("127.0.0.1", 7000 + number), 1, "", 0, false))
                        .toList(),
                List.of());
    }

    private Duration silenceOf(int number, ClusterView view) {
        ObservedNode observedNode = heartbeatMonitor.witnesses(view).get(number);
        assertThat(observedNode.present()).isFalse();
        return observedNode.silence();
    }

    /**
     * Otherwise a node that joins long after the election would be given up before its first
     * heartbeat.
     */
    @Test
    void aNodeThatIsNewWasNotSilentBefore() {
        heartbeatMonitor.begin();
        assertThat(silenceOf(0, view(1))).isZero();
        now += HOUR.toNanos();
        assertThat(silenceOf(1, view(2))).isZero();
        assertThat(heartbeatMonitor.isReachable(new NodeId(1))).isTrue();
        assertThat(silenceOf(0, view(2))).isEqualTo(HOUR);
        now += HeartbeatMonitor.SILENT_AFTER.toNanos();
        assertThat(heartbeatMonitor.isReachable(new NodeId(1))).isFalse();
    }

    /** It counts as reachable, but nothing is known yet of its state or its chunks. */
    @Test
    void whoWasNotHeardSinceTheElectionIsSaidToBeSo() {
        heartbeatMonitor.begin();
        Reply.NodeState state = heartbeatMonitor.states(view(1), _ -> 0).getFirst();
        assertThat(state.reachable()).isTrue();
        assertThat(state.heard()).isFalse();
    }

    @Test
    void anElectionGivesEverybodyTheBenefitOfTheDoubt() {
        assertThat(silenceOf(0, view(1))).isZero();
        now += HOUR.toNanos();
        heartbeatMonitor.begin();
        assertThat(silenceOf(0, view(1))).isZero();
    }

    /**
     * The time counts from the first report without a disk, whatever comes in between; a working
     * disk ends it.
     */
    @Test
    void howLongANodeHasHadNoDiskIsKnown() {
        heartbeatMonitor.begin();
        say(true);
        assertThat(withoutDisk()).isPositive().isLessThan(Duration.ofSeconds(1));
        for (int second = 0; second < 3600; second++) {
            now += Duration.ofSeconds(1).toNanos();
            say(true);
        }
        assertThat(withoutDisk()).isEqualTo(HOUR);
        say(false);
        assertThat(withoutDisk()).isZero();
        now += HOUR.toNanos();
        say(true);
        assertThat(withoutDisk()).isEqualTo(HOUR);
        heartbeatMonitor.begin();
        say(true);
        assertThat(withoutDisk()).isLessThan(Duration.ofSeconds(1));
    }

    private Duration withoutDisk() {
        return heartbeatMonitor.witnesses(view(1)).getFirst().withoutDisk();
    }

    private void say(boolean withoutDisk) {
        heartbeatMonitor.heard(new Request.Heartbeat(
                new NodeId(0),
                new Address("127.0.0.1", 7000),
                1,
                0,
                0,
                0,
                false,
                0,
                ScrubReport.NONE,
                RepairReport.NONE,
                SeatReport.NONE,
                new StorageReport(withoutDisk ? StorageReport.State.FAILED : StorageReport.State.WRITABLE, ""),
                "",
                0,
                0));
    }
}
