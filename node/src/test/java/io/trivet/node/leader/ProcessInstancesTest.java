package io.trivet.node.leader;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Address;
import io.trivet.model.NodeId;
import io.trivet.model.RepairReport;
import io.trivet.model.ScrubReport;
import io.trivet.model.SeatReport;
import io.trivet.model.StorageReport;
import io.trivet.wire.protocol.Request;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Of two processes with one identity, never both count. */
class ProcessInstancesTest {
    private static final Address HERE = new Address("server1", 7777);
    private static final Address THERE = new Address("server2", 7777);

    private final AtomicLong nanos = new AtomicLong(-3);
    private boolean listens = true;
    private final ProcessInstances processInstances = new ProcessInstances(nanos::get, (_, _) -> listens);

    private boolean counts(String instance, Address address) {
        Request.Heartbeat beat = new Request.Heartbeat(
                new NodeId(1),
                address,
                0,
                0,
                0,
                0,
                true,
                0,
                ScrubReport.NONE,
                RepairReport.NONE,
                SeatReport.NONE,
                StorageReport.NONE,
                instance,
                0,
                0);
        return processInstances.rivalOf(beat).isEmpty();
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void theSecondIsRefusedWhileTheFirstLives() {
        for (int second = 0; second < 20; second++) {
            assertThat(counts("a", HERE)).isTrue();
            assertThat(counts("b", THERE)).isFalse();
            pass(Duration.ofSeconds(1));
        }
    }

    /** As after SIGKILL and a start at another address. */
    @Test
    void oneThatIsNotFoundAtItsAddressIsReplacedAtOnce() {
        assertThat(counts("a", HERE)).isTrue();
        listens = false;
        assertThat(counts("b", THERE)).isTrue();
        listens = true;
        assertThat(counts("a", HERE)).isFalse();
    }

    @Test
    void oneThatWasReplacedIsNotHelpedByASilentAddress() {
        assertThat(counts("a", HERE)).isTrue();
        pass(ProcessInstances.LIVES_FOR.plusSeconds(1));
        assertThat(counts("b", THERE)).isTrue();
        listens = false;
        assertThat(counts("a", HERE)).isFalse();
    }

    @Test
    void oneThatWasSilentIsReplacedForGood() {
        assertThat(counts("a", HERE)).isTrue();
        pass(ProcessInstances.LIVES_FOR.plusSeconds(1));
        assertThat(counts("b", THERE)).isTrue();
        assertThat(counts("a", HERE)).isFalse();
        pass(ProcessInstances.LIVES_FOR.plusSeconds(1));
        assertThat(counts("a", HERE))
                .as("it went on with what the other does not know")
                .isFalse();
        assertThat(counts("b", THERE)).isTrue();
    }

    /** A restart: two processes cannot listen on one address. */
    @Test
    void aRestartAtTheSameAddressCountsAtOnce() {
        assertThat(counts("a", HERE)).isTrue();
        assertThat(counts("b", HERE)).isTrue();
        assertThat(counts("a", HERE)).isFalse();
    }
}
