package io.trivet.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.faults.machine.Abilities;
import io.trivet.model.NodeId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Uploads in pieces by two clients each, copies, appends and removals of what they share, while
 * processes are killed. A cluster of its own, since in the end every chunk on its disks must belong
 * to a file.
 */
@Timeout(240)
class SharedContentsFaultsTest {
    private static final int CHUNK = 256 << 10;

    @TempDir
    private Path base;

    @Test
    void nothingIsLostOwedOrLeaked() throws IOException {
        try (ProcessCluster cluster =
                ProcessCluster.start(base, 3, CHUNK, Abilities.ofThisMachine().withoutPowerLoss())) {
            Report report = new FaultRun(
                            cluster,
                            new FaultRun.Settings(
                                    "shared",
                                    20261130,
                                    3,
                                    0,
                                    base,
                                    WorkMix.of(CHUNK),
                                    Duration.ofSeconds(60),
                                    Duration.ofSeconds(60),
                                    10,
                                    Duration.ofSeconds(90)),
                            List.of(
                                    new Fault.KillLeader(Duration.ofMillis(500)),
                                    new Fault.Kill(new NodeId(1), Duration.ofMillis(1500))),
                            System.out::println)
                    .run();
            assertThat(report.violations()).isEmpty();
            assertThat(report.rows()).extracting(Report.Row::fault).last().isEqualTo("none: until nothing is leaked");
        }
    }
}
