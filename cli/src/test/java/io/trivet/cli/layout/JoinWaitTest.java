package io.trivet.cli.layout;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.cli.Samples;
import io.trivet.model.ClusterView;
import io.trivet.model.NodeId;
import java.util.List;
import org.junit.jupiter.api.Test;

final class JoinWaitTest {
    private static final List<NodeId> ALL = List.of(new NodeId(0), new NodeId(1), new NodeId(2));

    @Test
    void nodesAreSettledWhenTheLayoutNamesThemAndSeatsAreTaken() {
        ClusterView view = Samples.status().view();
        assertThat(JoinWait.isSettled(view, ALL)).isTrue();
        assertThat(JoinWait.isSettled(view, List.of(new NodeId(3)))).isFalse();
    }

    @Test
    void aMemberWithoutSlotsOrSeatIsNotSettled() {
        ClusterView view = Samples.status().view();
        assertThat(JoinWait.isSettled(withLayoutOf(view, 2), ALL)).isFalse();
        assertThat(JoinWait.isSettled(withoutLastSeat(view), ALL)).isFalse();
        assertThat(JoinWait.isSettled(withoutLastSeat(view), ALL.subList(0, 2))).isTrue();
    }

    private static ClusterView withLayoutOf(ClusterView view, int nodes) {
        return new ClusterView(
                view.cluster(),
                view.version(),
                view.epoch(),
                view.chunkSize(),
                view.replicasWanted(),
                view.nodes(),
                List.of(Samples.chain(nodes, 2)));
    }

    private static ClusterView withoutLastSeat(ClusterView view) {
        var nodes = view.nodes().stream()
                .map(node -> node.id().number() == 2 ? node.withMaster(false) : node)
                .toList();
        return new ClusterView(
                view.cluster(),
                view.version(),
                view.epoch(),
                view.chunkSize(),
                view.replicasWanted(),
                nodes,
                view.layouts());
    }
}
