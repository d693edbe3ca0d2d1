package io.trivet.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Address;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.ClusterView;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The cluster's time, with a clock set by the test. */
class ClusterClockTest {
    private static final Instant START = Instant.parse("2026-01-01T03:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);
    private static final NodeId SELF = new NodeId(0);

    private long monotonicMs = 7;
    private Duration leap = Duration.ZERO;
    private final ClusterClock clock = new ClusterClock(() -> right().plus(leap), () -> monotonicMs * 1_000_000);

    private Instant right() {
        return START.plusMillis(monotonicMs);
    }

    private void pass(Duration time) {
        monotonicMs += time.toMillis();
    }

    /** The first three are masters. */
    private static ClusterView view(int nodes) {
        List<Node> all = new ArrayList<>();
        for (int number = 0; number < nodes; number++) {
            all.add(new Node(new NodeId(number), new Address("localhost", 7), 1, "", 0, number < 3));
        }
        return new ClusterView(new ClusterId(new UUID(1, 2)), 1, 1, ChunkSize.DEFAULT, 0, all, List.of());
    }

    private void heard(int node, Duration ahead) {
        if (node == SELF.number()) {
            leap = ahead;
        }
        clock.heard(new NodeId(node), right().plus(ahead).toEpochMilli());
    }

    private void isRight() {
        assertThat(clock.isAgreed()).isTrue();
        assertThat(Duration.between(right(), clock.now()).abs()).isLessThanOrEqualTo(ClusterClock.NEAR);
    }

    @Test
    void aNodeKnowsNoTimeBeforeItHeardOthersAndDatesNothing() {
        assertThat(clock.isAgreed()).isFalse();
        assertThat(clock.loggedMs()).isZero();
        heard(0, Duration.ZERO);
        clock.agree(SELF, view(3));
        assertThat(clock.isAgreed()).isFalse();
        heard(1, Duration.ZERO);
        clock.agree(SELF, view(3));
        isRight();
        assertThat(clock.loggedMs()).isEqualTo(clock.millis());
    }

    @Test
    void timeThatWasAgreedPassesWhateverTheMachinesClockDoes() {
        clock.isAlone();
        leap = Duration.ofDays(365);
        pass(Duration.ofHours(1));
        isRight();
    }

    @Test
    void oneWrongClockOfThreeIsOutvoted() {
        heard(0, DAY);
        heard(1, Duration.ZERO);
        heard(2, Duration.ofMillis(300));
        clock.agree(SELF, view(3));
        isRight();
        assertThat(clock.clockAheadMs(new NodeId(0))).isEqualTo(DAY.toMillis() - 300);
        assertThat(clock.clockAheadMs(new NodeId(1))).isZero();
    }

    /** One node is down, one is wrong, and which is unknown: the previous time continues. */
    @Test
    void twoClocksThatDisagreeMoveNothing() {
        clock.isAlone();
        heard(0, DAY.negated());
        heard(1, Duration.ZERO);
        clock.agree(SELF, view(3));
        isRight();
        heard(0, DAY);
        clock.agree(SELF, view(3));
        isRight();
    }

    /**
     * No time was known so far: after a while the earlier of two is taken, since a late time loses
     * nothing.
     */
    @Test
    void withoutAMajorityTheEarlierOfTwoMastersIsTakenInTheEnd() {
        heard(0, DAY);
        heard(1, Duration.ZERO);
        clock.agree(SELF, view(3));
        assertThat(clock.isAgreed()).isFalse();
        pass(ClusterClock.PATIENCE.plusSeconds(1));
        heard(0, DAY);
        clock.agree(SELF, view(3));
        assertThat(clock.isAgreed())
                .as("one master of three, the other was heard too long ago")
                .isFalse();
        heard(1, Duration.ZERO);
        clock.agree(SELF, view(3));
        isRight();
    }

    /** As during an upgrade: the others run a release that does not report its time. */
    @Test
    void whereNobodyTellsTheTimeTheMachinesClockIsTakenInTheEnd() {
        clock.toldNothing();
        clock.agree(SELF, view(3));
        assertThat(clock.isAgreed()).isFalse();
        pass(ClusterClock.LONGEST_PATIENCE);
        clock.toldNothing();
        isRight();
        ClusterClock leading = new ClusterClock(this::right, () -> monotonicMs * 1_000_000);
        leading.agree(SELF, view(3));
        pass(ClusterClock.LONGEST_PATIENCE);
        assertThat(leading.isAgreed()).isFalse();
        leading.agree(SELF, view(3));
        assertThat(leading.isAgreed()).isTrue();
    }

    @Test
    void theClocksOfMostNodesAreFollowedWhenTheyAreSet() {
        clock.isAlone();
        for (int node = 0; node < 3; node++) {
            heard(node, DAY);
        }
        clock.agree(SELF, view(5));
        assertThat(Duration.between(right(), clock.now())).isEqualTo(DAY);
    }

    @Test
    void whatWasSaidLongAgoDoesNotCount() {
        clock.isAlone();
        heard(0, DAY);
        heard(1, DAY);
        pass(ClusterClock.FRESH.plusSeconds(1));
        heard(2, Duration.ZERO);
        clock.agree(SELF, view(3));
        isRight();
    }

    /** A slow heartbeat makes a clock look late, by less than what the time is corrected for. */
    @Test
    void theTimeIsLeftAloneForLittle() {
        clock.isAlone();
        long before = clock.millis();
        for (int node = 0; node < 3; node++) {
            heard(node, Duration.ofMillis(-900));
        }
        clock.agree(SELF, view(3));
        assertThat(clock.millis()).isEqualTo(before);
    }

    @Test
    void aNodeTakesTheLeadersTimeWithinTheTimeOfTheAnswer() {
        leap = DAY;
        ClusterClock follower = new ClusterClock(() -> right().plus(leap), () -> monotonicMs * 1_000_000);
        long asked = follower.monotonicMs();
        long said = right().toEpochMilli();
        pass(Duration.ofMillis(800));
        follower.told(said, asked);
        assertThat(follower.isAgreed()).isTrue();
        assertThat(Duration.between(right(), follower.now()).abs()).isLessThanOrEqualTo(Duration.ofMillis(400));
    }
}
