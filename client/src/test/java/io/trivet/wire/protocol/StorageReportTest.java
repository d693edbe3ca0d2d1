package io.trivet.wire.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Absence;
import io.trivet.model.Address;
import io.trivet.model.NodeId;
import io.trivet.model.RepairReport;
import io.trivet.model.ScrubReport;
import io.trivet.model.SeatReport;
import io.trivet.model.StorageReport;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StorageReportTest {
    private static final NodeId NODE = new NodeId(3);

    private static final Absence AWAY =
            new Absence(Duration.ofSeconds(90), Absence.Outlook.DUE, Duration.ofSeconds(510));

    private static final SeatReport SEAT = new SeatReport(SeatReport.Standing.STOPPED, 1, "the disk is full", 77, true);

    @Test
    void whatANodeSaysOfItsDisksTravels() throws ProtocolException {
        for (StorageReport.State state : StorageReport.State.values()) {
            StorageReport storage = new StorageReport(state, "/mnt/b: it was unmounted");
            RequestEnvelope beat = new RequestEnvelope(
                    NODE,
                    new Request.Heartbeat(
                            NODE,
                            new Address("server1", 7777),
                            0,
                            1,
                            2,
                            3,
                            false,
                            4,
                            ScrubReport.NONE,
                            RepairReport.NONE,
                            SeatReport.NONE,
                            storage,
                            "an instance",
                            1_700_000_000_000L,
                            2));
            Reply view = new Reply.ViewOf(
                    NODE,
                    null,
                    null,
                    List.of(new Reply.NodeState(
                            NODE, true, true, 1, 2, false, ScrubReport.NONE, storage, -7, Optional.of(SEAT), AWAY)),
                    5,
                    1_700_000_000_000L,
                    List.of(new Reply.Moved(NODE, new Address("server1", 7777), 3)),
                    true);

            assertThat(WireCodec.request(WireCodec.to(beat).toByteArray())).isEqualTo(beat);
            assertThat(WireCodec.reply(WireCodec.to(view).toByteArray())).isEqualTo(view);
        }
    }

    @Test
    void aNodeHoldsItsSlotsWhileItsDisksHaveRoomForWhatItOwes() {
        assertThat(holds(StorageReport.State.WRITABLE, "/b: it failed", true)).isTrue();
        assertThat(holds(StorageReport.State.FULL, "", true)).isTrue();
        assertThat(holds(StorageReport.State.FULL, "/b: it failed", false)).isTrue();
        assertThat(holds(StorageReport.State.FULL, "/b: it failed", true)).isFalse();
        assertThat(holds(StorageReport.State.READ_ONLY, "", false)).isFalse();
        assertThat(holds(StorageReport.State.FAILED, "/b: it failed", false)).isFalse();
    }

    private static boolean holds(StorageReport.State state, String trouble, boolean owes) {
        return new StorageReport(state, trouble).holdsSlots(owes);
    }

    @Test
    void aLongStoryIsCutShort() {
        assertThat(new StorageReport(StorageReport.State.FAILED, "x".repeat(100_000)).trouble())
                .hasSize(1000);
    }
}
