package io.trivet.faults;

import io.trivet.client.TrivetClient;
import io.trivet.model.NodeId;
import io.trivet.model.SweepSettings;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * One backup of the names, restored on one node after the other with work in between, as {@code
 * docs/operate/back-up-and-restore.md} says. After each restore everything is as it was at the
 * backup, with every byte: what was removed since is still within its grace. Then sweeping deletes
 * with a short grace, and the names that survived must lose nothing.
 */
final class RestoreRun {
    private static final Duration SWEPT_GRACE = Duration.ofSeconds(1);

    /** Above two rounds of {@link ServerProcess#SWEEP_EVERY}. */
    private static final Duration SWEEPING = Duration.ofSeconds(20);

    private final ProcessCluster cluster;
    private final Workload workload;
    private final RunFigures runFigures;
    private final Path backup;
    private final Duration debtLimit;

    RestoreRun(ProcessCluster cluster, Workload workload, RunFigures runFigures, Path local, Duration debtLimit) {
        this.cluster = cluster;
        this.workload = workload;
        this.runFigures = runFigures;
        this.backup = local.resolve("namespace.backup");
        this.debtLimit = debtLimit;
    }

    String carryOut(Fault.Restore restore) throws IOException {
        List<ExpectedTree> known = new ArrayList<>();
        workload.standStill(() -> {
            whole();
            known.addAll(workload.worlds());
            backUp();
        });
        for (NodeId node : restore.on()) {
            park(restore.between());
            workload.standStill(() -> {
                check();
                cluster.restoreNames(node, backup);
                workload.believe(known);
                check();
            });
        }
        sweep(restore.between());
        return "names restored from one backup on " + restore.on();
    }

    /** What is lost in one place only must not count as lost when names come back to it. */
    private void whole() throws IOException {
        try (Audit audit = new Audit(cluster, Set.of(), runFigures)) {
            audit.awaitNoDebt(debtLimit);
        }
    }

    private void backUp() throws IOException {
        Files.deleteIfExists(backup);
        try (TrivetClient client = cluster.client()) {
            client.cluster().backUpNamespace(backup);
        } catch (TrivetException e) {
            throw new IOException("no backup: " + e.getMessage(), e);
        }
    }

    private void check() {
        try (Audit audit = new Audit(cluster, Set.of(), runFigures)) {
            workload.check(audit);
        }
    }

    private void sweep(Duration working) throws IOException {
        sweeping(SWEPT_GRACE);
        park(SWEEPING.plus(working));
        workload.standStill(this::check);
        sweeping(SweepSettings.USUAL_GRACE);
    }

    private void sweeping(Duration grace) throws IOException {
        try (TrivetClient client = cluster.client()) {
            client.cluster().setSweeping(true, grace);
        } catch (TrivetException e) {
            throw new IOException("sweeping cannot be set: " + e.getMessage(), e);
        }
    }

    private static void park(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }
}
