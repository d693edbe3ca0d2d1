package io.trivet.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Address;
import io.trivet.model.AdminState;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.NodeShare;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The weights of nodes. */
class WeightsTest {
    private static final long TB = 1_000_000_000_000L;

    private static Node node(int number, int chosenPercent, long capacity) {
        return new Node(
                new NodeId(number),
                new Address("127.0.0.1", 7000 + number),
                1,
                "",
                0,
                false,
                new NodeShare(AdminState.IN, chosenPercent, capacity));
    }

    private static List<Integer> weights(Node... nodes) {
        return Weights.members(List.of(nodes)).stream().map(Member::weight).toList();
    }

    private static List<Integer> weights(long... capacities) {
        return weights(IntStream.range(0, capacities.length)
                .mapToObj(number -> node(number, 0, capacities[number]))
                .toArray(Node[]::new));
    }

    @Test
    void weightsFollowTheDisks() {
        assertThat(weights(4 * TB, 4 * TB, 8 * TB)).containsExactly(100, 100, 200);
        assertThat(weights(4 * TB, 4 * TB, 2 * TB)).containsExactly(100, 100, 50);
    }

    /** A file system whose size is measured again must not change the layout. */
    @Test
    void aLittleMoreOrLessIsTheSame() {
        assertThat(weights(4 * TB, 4 * TB + TB / 10, 4 * TB - TB / 10)).containsOnly(100);
        assertThat(weights(4 * TB, 4 * TB, 8 * TB - TB / 10)).containsExactly(100, 100, 200);
    }

    @Test
    void anOperatorsWordCounts() {
        assertThat(weights(node(0, 0, 4 * TB), node(1, 300, TB), node(2, 0, 4 * TB)))
                .containsExactly(100, 300, 100);
    }

    @Test
    void whereNothingIsKnownAllAreOrdinary() {
        assertThat(weights(0, 0, 0)).containsOnly(100);
        assertThat(weights(0, 4 * TB, 4 * TB)).containsOnly(100);
    }
}
