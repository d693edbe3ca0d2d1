package io.trivet.faults;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** A workload with faults over it: break, live with it, heal, compare everything. Ends early when something is wrong. */
final class FaultRun {
    /** Work between two faults: enough that each finds something under way. */
    private static final int OPERATIONS_BETWEEN = 25;

    private static final Duration WORK_LIMIT = Duration.ofSeconds(30);
    private static final long POLL_NANOS = 20_000_000;

    private final ProcessCluster cluster;
    private final Settings settings;
    private final List<Fault> faults;
    private final Consumer<String> listener;
    private final Figures figures = new Figures();

    /**
     * How long and how much.
     *
     * @param name of the run's own directories in the cluster
     * @param local a directory for the clients' files
     * @param historians clients that fight over the same few names
     * @param limit no fault but the last begins after so long
     * @param debtEvery after every so many faults, and after the last, nothing may be owed any more; 0 where nobody waits for that
     * @param debtLimit how soon
     */
    record Settings(
            String name,
            long seed,
            int workers,
            int historians,
            Path local,
            int chunkBytes,
            Duration limit,
            int debtEvery,
            Duration debtLimit) {}

    /** {@code listener} hears a line after every fault. */
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
                settings.chunkBytes,
                settings.seed,
                figures)) {
            Breaker breaker = new Breaker(cluster, settings.seed);
            for (Fault fault : faults) {
                boolean late = System.nanoTime() - begin > settings.limit.toNanos();
                if (figures.violations().isEmpty() && (!late || fault.equals(faults.getLast()))) {
                    boolean settled = settings.debtEvery > 0 && (rows.size() + 1) % settings.debtEvery == 0;
                    Report.Row row = one(breaker, fault, workload, settled);
                    rows.add(row);
                    listener.accept(Report.line(rows.size(), row));
                }
            }
            if (settings.debtEvery > 0 && figures.violations().isEmpty()) {
                Report.Row row = awaitNoDebt(workload);
                rows.add(row);
                listener.accept(Report.line(rows.size(), row));
            }
        } finally {
            cluster.heal();
        }
        return new Report(
                settings.seed,
                rows,
                figures.histories(),
                figures.failures(),
                figures.violations(),
                Duration.ofNanos(System.nanoTime() - begin));
    }

    private Report.Row one(Breaker breaker, Fault fault, Workload workload, boolean settled) throws IOException {
        long operations = figures.operations();
        long failed = figures.failed();
        figures.takeSlowestMs();
        awaitWork(operations + OPERATIONS_BETWEEN);
        long begin = System.nanoTime();
        String said = breaker.apply(fault);
        live(fault.lasting());
        cluster.heal();
        long lastedMs = (System.nanoTime() - begin) / 1_000_000;
        try (Audit audit = new Audit(cluster, breaker.damaged(), figures)) {
            long[] owedMs = {0};
            workload.standStill(() -> {
                owedMs[0] = settled ? audit.awaitNoDebt(settings.debtLimit) : 0;
                workload.check(audit);
            });
            return new Report.Row(
                    said,
                    lastedMs,
                    owedMs[0],
                    figures.operations() - operations,
                    figures.failed() - failed,
                    figures.takeSlowestMs(),
                    audit.files(),
                    audit.bytes());
        }
    }

    /** All faults over, no client at work: repair must come to its end, and then no chunk may have less than it should. */
    private Report.Row awaitNoDebt(Workload workload) throws IOException {
        long[] owedMs = {0};
        try (Audit audit = new Audit(cluster, Set.of(), figures)) {
            workload.standStill(() -> {
                owedMs[0] = audit.awaitNoDebt(settings.debtLimit);
                workload.check(audit);
            });
            return new Report.Row("none: until nothing is owed", 0, owedMs[0], 0, 0, 0, audit.files(), audit.bytes());
        }
    }

    /** A healed cluster must get work done. */
    private void awaitWork(long operations) throws IOException {
        long end = System.nanoTime() + WORK_LIMIT.toNanos();
        while (figures.operations() < operations && figures.violations().isEmpty()) {
            if (System.nanoTime() - end > 0) {
                throw new IOException("every node serves, and the clients got nothing done in " + WORK_LIMIT + ": "
                        + figures.failures());
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
