package io.trivet.faults;

import io.trivet.model.NodeId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Runs a workload with faults: inject, continue, heal, compare everything. Ends early at a
 * violation.
 */
final class FaultRun {
    /** Operations between two faults, enough that each fault interrupts some. */
    private static final int OPERATIONS_BETWEEN = 25;

    private static final Duration WORK_LIMIT = Duration.ofSeconds(30);

    /** A master that could not use its log tries again after at most a minute. */
    private static final Duration VOTES_LIMIT = Duration.ofMinutes(2);

    private static final long POLL_NANOS = 20_000_000;

    private final ProcessCluster cluster;
    private final Settings settings;
    private final List<Fault> faults;
    private final Consumer<String> listener;
    private final RunFigures runFigures = new RunFigures();

    /**
     * The extent of a run.
     *
     * @param name of the run's directories in the cluster
     * @param local a directory for the clients' files
     * @param historians clients that contend for the same few names
     * @param limit no fault but the last begins later than this
     * @param backLimit the cluster must serve this soon after a fault is healed
     * @param debtEvery wait until nothing is owed after this many faults, and after the last; 0 to
     *     never wait
     * @param debtLimit the longest such wait
     */
    record Settings(
            String name,
            long seed,
            int workers,
            int historians,
            Path local,
            WorkMix mix,
            Duration limit,
            Duration backLimit,
            int debtEvery,
            Duration debtLimit) {}

    /** {@code listener} receives a line after every fault. */
    FaultRun(ProcessCluster cluster, Settings settings, List<Fault> faults, Consumer<String> listener) {
        this.cluster = cluster;
        this.settings = settings;
        this.faults = List.copyOf(faults);
        this.listener = listener;
    }

    Report run() throws IOException {
        long begin = System.nanoTime();
        List<Report.Row> rows = new ArrayList<>();
        try (Workload workload = new Workload(
                cluster,
                settings.name,
                settings.workers,
                settings.historians,
                settings.local,
                settings.mix,
                settings.seed,
                runFigures)) {
            FaultInjector faultInjector = new FaultInjector(cluster, settings.seed);
            for (Fault fault : faults) {
                boolean late = System.nanoTime() - begin > settings.limit.toNanos();
                if (runFigures.violations().isEmpty() && (!late || fault.equals(faults.getLast()))) {
                    boolean settled = settings.debtEvery > 0 && (rows.size() + 1) % settings.debtEvery == 0;
                    Report.Row row = one(faultInjector, fault, workload, settled);
                    rows.add(row);
                    listener.accept(Report.line(rows.size(), row));
                }
            }
            if (settings.debtEvery > 0 && runFigures.violations().isEmpty()) {
                Report.Row row = awaitNoDebt(workload);
                rows.add(row);
                listener.accept(Report.line(rows.size(), row));
            }
        }
        boolean restored = faults.stream().anyMatch(Fault.Restore.class::isInstance);
        if (settings.debtEvery > 0 && !restored && runFigures.violations().isEmpty()) {
            long ms = new LeakCheck(cluster, runFigures).run(settings.debtLimit);
            Report.Row row = new Report.Row("none", "none: until nothing is leaked", 0, 0, ms, 0, 0, 0, 0, 0);
            rows.add(row);
            listener.accept(Report.line(rows.size(), row));
        }
        return new Report(
                settings.seed,
                rows,
                runFigures.histories(),
                runFigures.failures(),
                runFigures.violations(),
                Duration.ofNanos(System.nanoTime() - begin));
    }

    private Report.Row one(FaultInjector faultInjector, Fault fault, Workload workload, boolean settled)
            throws IOException {
        long operations = runFigures.operations();
        long failed = runFigures.failed();
        runFigures.takeSlowestMs();
        awaitWork(operations + OPERATIONS_BETWEEN);
        if (takesReplicas(fault)) {
            awaitNoDebt(workload);
        }
        Healed healed = breakAndHeal(faultInjector, fault, workload);
        try (Audit audit = new Audit(cluster, faultInjector.damaged(), runFigures)) {
            long[] owedMs = {0};
            if (runFigures.violations().isEmpty()) {
                workload.standStill(() -> {
                    owedMs[0] = settled || takesReplicas(fault) ? audit.awaitNoDebt(settings.debtLimit) : 0;
                    workload.check(audit);
                });
            }
            return new Report.Row(
                    fault.getClass().getSimpleName(),
                    healed.said,
                    healed.lastedMs,
                    healed.backMs,
                    owedMs[0],
                    runFigures.operations() - operations,
                    runFigures.failed() - failed,
                    runFigures.takeSlowestMs(),
                    audit.files(),
                    audit.bytes());
        }
    }

    /**
     * Whether the fault loses the newest replicas. Repair must finish before it, so that it is not
     * a second loss, and after it, before replicas are counted.
     */
    private static boolean takesReplicas(Fault fault) {
        return fault instanceof Fault.SnapshotReturned;
    }

    private record Healed(String said, long lastedMs, long backMs) {}

    /**
     * A node that ends by itself, a lost seat, a master that does not vote again, and a cluster that
     * does not recover are violations.
     */
    private Healed breakAndHeal(FaultInjector faultInjector, Fault fault, Workload workload) {
        long begin = System.nanoTime();
        long back = begin;
        String said = fault.toString();
        try {
            said = fault instanceof Fault.Restore restore
                    ? new RestoreRun(cluster, workload, runFigures, settings.local, settings.debtLimit)
                            .carryOut(restore)
                    : faultInjector.apply(fault);
            live(fault.lasting());
            for (NodeId node : cluster.endedByThemselves()) {
                runFigures.violated(said + ": the process of " + node + " ended by itself");
            }
            back = System.nanoTime();
            cluster.heal();
            cluster.awaitService(settings.backLimit);
            if (System.nanoTime() - back > settings.backLimit.toNanos()) {
                runFigures.violated(said + ": back only after more than " + settings.backLimit);
            }
        } catch (IOException e) {
            runFigures.violated(said + ": not back: " + e.getMessage());
        }
        long now = System.nanoTime();
        for (NodeId node : cluster.endedSeats()) {
            runFigures.violated(said + ": " + node + " holds its seat to be over");
        }
        if (runFigures.violations().isEmpty()) {
            for (String silent : cluster.awaitVotes(VOTES_LIMIT)) {
                runFigures.violated(said + ": " + silent);
            }
        }
        return new Healed(said, (now - begin) / 1_000_000, (now - back) / 1_000_000);
    }

    /**
     * With all faults healed and no client active, repair must finish, and then no chunk may lack a
     * replica.
     */
    private Report.Row awaitNoDebt(Workload workload) throws IOException {
        long[] owedMs = {0};
        try (Audit audit = new Audit(cluster, Set.of(), runFigures)) {
            workload.standStill(() -> {
                owedMs[0] = audit.awaitNoDebt(settings.debtLimit);
                workload.check(audit);
            });
            return new Report.Row(
                    "none", "none: until nothing is owed", 0, 0, owedMs[0], 0, 0, 0, audit.files(), audit.bytes());
        }
    }

    /** A healed cluster must complete operations. */
    private void awaitWork(long operations) throws IOException {
        long end = System.nanoTime() + WORK_LIMIT.toNanos();
        while (runFigures.operations() < operations && runFigures.violations().isEmpty()) {
            if (System.nanoTime() - end > 0) {
                throw new IOException("every node serves, and the clients got nothing done in " + WORK_LIMIT + ": "
                        + runFigures.failures());
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static void live(Duration lasting) {
        long end = System.nanoTime() + lasting.toNanos();
        for (long left = lasting.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
