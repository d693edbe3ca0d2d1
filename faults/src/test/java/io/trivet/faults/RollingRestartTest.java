package io.trivet.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.faults.machine.Abilities;
import io.trivet.model.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Restarts node after node, as for a new release, while clients are at work. */
@Timeout(180)
class RollingRestartTest {
    private static final int CHUNK = 256 << 10;
    private static final int OPERATIONS_BETWEEN = 25;
    private static final Duration LIMIT = Duration.ofSeconds(40);

    @TempDir
    Path base;

    @Test
    void aRollingRestartFailsNoRequest() throws IOException {
        RunFigures runFigures = new RunFigures();
        Path local = Files.createDirectory(base.resolve("local"));
        try (ProcessCluster cluster = ProcessCluster.start(base, 3, CHUNK, Abilities.NONE);
                Workload workload =
                        new Workload(cluster, "rolling", 3, 0, local, WorkMix.of(CHUNK), 20261123, runFigures)) {
            for (NodeId node : cluster.ids()) {
                awaitWork(runFigures);
                cluster.node(node).stop();
                awaitWork(runFigures);
                cluster.node(node).restart();
                cluster.node(node).awaitReady(LIMIT);
            }
            awaitWork(runFigures);
            try (Audit audit = new Audit(cluster, Set.of(), runFigures)) {
                workload.standStill(() -> workload.check(audit));
            }
        }
        assertThat(runFigures.failures()).isEmpty();
        assertThat(runFigures.violations()).isEmpty();
    }

    private static void awaitWork(RunFigures runFigures) {
        long before = runFigures.operations();
        long end = System.nanoTime() + LIMIT.toNanos();
        while (runFigures.operations() < before + OPERATIONS_BETWEEN) {
            assertThat(System.nanoTime() - end).as("clients get work done").isNegative();
            LockSupport.parkNanos(10_000_000);
        }
    }
}
