package io.trivet.node.leader;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.NodeId;
import io.trivet.model.RepairReport;
import io.trivet.model.SeatReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When the namespace stops growing because too few masters have room for their logs. */
final class MastersRoomTest {
    private static final int EPOCH = 2;
    private static final Set<NodeId> VOTERS = Set.of(new NodeId(0), new NodeId(1), new NodeId(2));
    private static final SeatReport ROOM = new SeatReport(SeatReport.Standing.HELD, EPOCH);
    private static final SeatReport SHORT = new SeatReport(SeatReport.Standing.HELD, EPOCH, "", 0, true);

    private static ObservedNode node(int number, SeatReport seat, long silentSeconds) {
        return new ObservedNode(
                new NodeId(number),
                silentSeconds == 0,
                Duration.ofSeconds(silentSeconds),
                0,
                0,
                0,
                RepairReport.NONE,
                seat,
                Duration.ZERO);
    }

    /** Three masters with these seats, and a node that is none and is short as well. */
    private static Optional<NodeId> tooLittle(ObservedNode... masters) {
        List<ObservedNode> nodes = new ArrayList<>(List.of(masters));
        nodes.add(node(3, SHORT, 0));
        return MastersRoom.tooLittle(VOTERS, nodes, EPOCH);
    }

    @Test
    void oneMasterThatIsShortStopsNothing() {
        assertThat(tooLittle(node(0, ROOM, 0), node(1, ROOM, 0), node(2, SHORT, 0)))
                .isEmpty();
        assertThat(tooLittle(node(0, ROOM, 0), node(1, ROOM, 0), node(2, ROOM, 0)))
                .isEmpty();
    }

    @Test
    void twoThatAreShortStopTheNamespace() {
        assertThat(tooLittle(node(0, ROOM, 0), node(1, SHORT, 0), node(2, SHORT, 0)))
                .contains(new NodeId(2));
    }

    /** An entry needs the one that is short then. */
    @Test
    void oneThatIsShortStopsTheNamespaceWhileAnotherIsDown() {
        assertThat(tooLittle(node(0, ROOM, 0), node(1, SeatReport.NONE, 60), node(2, SHORT, 0)))
                .contains(new NodeId(2));
        SeatReport lost = new SeatReport(SeatReport.Standing.LOST, EPOCH, "the log is gone", 1, false);
        assertThat(tooLittle(node(0, ROOM, 0), node(1, lost, 0), node(2, SHORT, 0)))
                .contains(new NodeId(2));
    }

    @Test
    void mastersThatAreDownAreNotShortOfRoom() {
        assertThat(tooLittle(node(0, ROOM, 0), node(1, SeatReport.NONE, 60), node(2, SeatReport.NONE, 60)))
                .isEmpty();
    }

    @Test
    void whoWasNotHeardYetAfterAnElectionHasRoom() {
        assertThat(tooLittle(node(0, ROOM, 0), node(1, SeatReport.NONE, 1), node(2, SHORT, 0)))
                .isEmpty();
    }
}
