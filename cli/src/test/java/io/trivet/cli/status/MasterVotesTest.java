package io.trivet.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.cli.Samples;
import io.trivet.cli.doctor.CheckResult;
import io.trivet.cli.doctor.SeatCheck;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.ClusterStatus;
import io.trivet.client.ClusterStatus.NodeStatus;
import io.trivet.model.Absence;
import io.trivet.model.Address;
import io.trivet.model.ClusterView;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.ScrubReport;
import io.trivet.model.SeatReport;
import io.trivet.model.SeatReport.Standing;
import io.trivet.model.StorageReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class MasterVotesTest {
    private static final int EPOCH = 1;
    private static final SeatReport VOTES = new SeatReport(Standing.HELD, EPOCH);
    private static final SeatReport NO_SEAT = new SeatReport(Standing.NONE, 0);
    private static final SeatReport LOST = new SeatReport(Standing.LOST, EPOCH, "the log is gone", 1_795_000_000_000L, false);

    private final List<Node> nodes = new ArrayList<>();
    private final List<NodeStatus> states = new ArrayList<>();

    private void node(boolean master, boolean up, Optional<SeatReport> seat) {
        NodeId id = new NodeId(nodes.size());
        nodes.add(new Node(id, new Address("127.0.0.1", 7777 + id.number()), 1, "", 0, master));
        states.add(new NodeStatus(
                id, up, true, 0, 0, true, ScrubReport.NONE, StorageReport.NONE, Duration.ZERO, seat, Absence.NONE));
    }

    private void master(SeatReport seat) {
        node(true, true, Optional.of(seat));
    }

    private MasterVotes votes() {
        ClusterView view = new ClusterView(
                Samples.status().view().cluster(),
                9,
                EPOCH,
                Samples.status().view().chunkSize(),
                0,
                nodes,
                List.of());
        return new MasterVotes(new ClusterStatus(view, Optional.of(new NodeId(0)), states));
    }

    private List<String> remarks() {
        return votes().remarks().stream().map(Text::toString).toList();
    }

    @Test
    void whereAllVoteAndOneMayFailNothingIsSaid() {
        master(VOTES);
        master(VOTES);
        master(VOTES);

        assertThat(remarks()).isEmpty();
        assertThat(votes().voting()).hasSize(3);
    }

    @Test
    void aLostSeatIsNamedWithItsReasonItsDateAndWhatComesNext() {
        master(VOTES);
        master(LOST);
        master(VOTES);

        assertThat(remarks())
                .containsExactly(
                        "n1 is a master and does not vote since 2026-11-18T11:06:40Z: the log is gone; "
                                + "add a server (`trivet token`), which takes over its seat: this node cannot become a master again",
                        "2 of 3 masters vote: one more failure stops writing");
        assertThat(votes().name(nodes.get(1))).hasToString("n1 (does not vote)");
        assertThat(votes().put(new Json(), nodes.get(1)))
                .hasToString("{\"votes\":false,\"seatTrouble\":\"the log is gone\"}");
    }

    @Test
    void whereAnotherNodeMayTakeTheSeatItWill() {
        master(VOTES);
        master(LOST);
        master(VOTES);
        node(false, true, Optional.of(NO_SEAT));

        assertThat(remarks().getFirst()).endsWith(": the log is gone; another node takes its seat");
    }

    /** The newcomer counts already, and the lost one goes next. */
    @Test
    void whileASeatIsHandedOnNobodyIsAskedForAnotherNode() {
        master(VOTES);
        master(LOST);
        master(VOTES);
        master(VOTES);

        assertThat(remarks().getFirst()).endsWith("; another node takes its seat");
    }

    /** One whose own log was lost in this epoch is no replacement. */
    @Test
    void aNodeThatLostItsOwnSeatTakesNoOther() {
        master(VOTES);
        master(LOST);
        master(VOTES);
        node(false, true, Optional.of(LOST));

        assertThat(remarks().getFirst()).contains("add a server");
    }

    @Test
    void aMasterThatIsDownCountsAsMuch() {
        master(VOTES);
        node(true, false, Optional.of(VOTES));
        master(VOTES);

        assertThat(remarks()).containsExactly("2 of 3 masters vote: one more failure stops writing");
        assertThat(votes().name(nodes.get(1))).hasToString("n1 (down)");
    }

    @Test
    void fiveBearOneMore() {
        for (int master = 0; master < 4; master++) {
            master(VOTES);
        }
        node(true, false, Optional.of(VOTES));

        assertThat(remarks()).containsExactly("4 of 5 masters vote");
    }

    @Test
    void aSeatOfAnEarlierEpochIsNone() {
        master(VOTES);
        master(new SeatReport(Standing.HELD, EPOCH - 1));
        master(VOTES);

        assertThat(remarks()).contains("n1 is a master and does not vote; the leader will give it its seat back");
    }

    /** An earlier release does not say, and a new leader has not heard it yet. */
    @Test
    void whatIsNotKnownIsNotCounted() {
        master(VOTES);
        node(true, true, Optional.empty());
        master(VOTES);

        assertThat(remarks()).isEmpty();
        assertThat(votes().put(new Json(), nodes.get(1))).hasToString("{\"votes\":null,\"seatTrouble\":null}");
    }

    @Test
    void doctorWarnsWithTheSameWords() {
        master(VOTES);
        master(LOST);
        master(VOTES);

        CheckResult checkResult = SeatCheck.masters(votes().status());
        assertThat(checkResult.verdict()).isEqualTo(CheckResult.Verdict.WARN);
        assertThat(checkResult.found().toString()).contains("n1", "the log is gone", "one more failure stops writing");
    }
}
