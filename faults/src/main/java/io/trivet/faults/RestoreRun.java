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
 * Restores one backup of the namespace on one node after another, with work in between, as in
 * {@code docs/operate/back-up-and-restore.md}. After each restore everything must be as at the
 * backup, with every byte, because files removed since are still within their grace. Then sweeping
 * with a short grace must delete nothing of the surviving files.
 */
final class RestoreRun {
    private static final Duration SWEPT_GRACE = Duration.ofSeconds(1);

    /** More than two rounds of {@link ServerProcess#SWEEP_EVERY}. */
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

    /**
     * Waits until every replica exists, so that losses on one node do not count when a restore
     * brings names back to it.
     */
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
