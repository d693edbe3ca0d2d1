package io.trivet.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.trivet.faults.machine.Abilities;
import io.trivet.faults.powerloss.SurvivalPolicy;
import io.trivet.model.NodeId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A few power losses of a whole cluster. */
@Timeout(400)
class PowerLossFaultsTest {
    private static final int CHUNK = 256 << 10;
    private static final long SEED = 20261128;
    /** Generous: this is about what is lost, on machines that build something else as well. A long run measures. */
    private static final Duration BACK_WITHIN = Duration.ofSeconds(100);

    private static final Duration SHORT = Duration.ofMillis(300);

    @TempDir
    Path base;

    /**
     * What a journal keeps; and once only what was fsynced, which finds a directory that was
     * forgotten. A long run draws all.
     */
    private static final List<Fault> DISASTERS = List.of(
            new Fault.PowerLossAll(SurvivalPolicy.JOURNAL, 1, false, SHORT),
            new Fault.PowerLoss(new NodeId(1), SurvivalPolicy.JOURNAL, 2, false, SHORT),
            new Fault.PowerLossAll(SurvivalPolicy.JOURNAL, 3, true, SHORT),
            new Fault.PowerLossAll(SurvivalPolicy.STRICT, 4, false, SHORT),
            new Fault.FillLog(new NodeId(2), SHORT));

    @Test
    void whatWasAcknowledgedIsThereAfterPowerWasLost() throws IOException {
        Abilities abilities = Abilities.ofThisMachine();
        abilities.missing().forEach(System.out::println);
        assumeTrue(abilities.powerLoss(), "no /dev/fuse, or no right to use it");
        try (ProcessCluster cluster = ProcessCluster.start(base, 3, CHUNK, abilities)) {
            FaultRun.Settings settings = new FaultRun.Settings(
                    "power",
                    SEED,
                    3,
                    3,
                    base,
                    WorkMix.of(CHUNK),
                    Duration.ofSeconds(90),
                    BACK_WITHIN,
                    DISASTERS.size(),
                    Duration.ofSeconds(60));
            Report report = new FaultRun(cluster, settings, DISASTERS, System.out::println).run();
            assertThat(report.violations()).as("seed %d", SEED).isEmpty();
        }
    }
}
