package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Address;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.ClusterView;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.repair.Witness;
import io.trivet.wire.Reply;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Silence counts from when a node could have been heard. */
class PresenceTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private long now;
    private final Presence presence = new Presence(() -> now);

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
        Witness witness = presence.witnesses(view).get(number);
        assertThat(witness.present()).isFalse();
        return witness.silence();
    }

    /** Else a server that joins long after the election would be given up before its first heartbeat. */
    @Test
    void aNodeThatIsNewWasNotSilentBefore() {
        presence.begin();
        assertThat(silenceOf(0, view(1))).isZero();
        now += HOUR.toNanos();
        assertThat(silenceOf(1, view(2))).isZero();
        assertThat(presence.isReachable(new NodeId(1))).isTrue();
        assertThat(silenceOf(0, view(2))).isEqualTo(HOUR);
        now += Presence.SILENT_AFTER.toNanos();
        assertThat(presence.isReachable(new NodeId(1))).isFalse();
    }

    /** It is tried, but nobody says yet that it is up, or that it holds nothing. */
    @Test
    void whoWasNotHeardSinceTheElectionIsSaidToBeSo() {
        presence.begin();
        Reply.NodeState state = presence.states(view(1)).getFirst();
        assertThat(state.reachable()).isTrue();
        assertThat(state.heard()).isFalse();
    }

    @Test
    void anElectionGivesEverybodyTheBenefitOfTheDoubt() {
        assertThat(silenceOf(0, view(1))).isZero();
        now += HOUR.toNanos();
        presence.begin();
        assertThat(silenceOf(0, view(1))).isZero();
    }
}
