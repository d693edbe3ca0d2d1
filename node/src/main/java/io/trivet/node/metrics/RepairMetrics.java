package io.trivet.node.metrics;

import io.trivet.model.RepairReport;
import io.trivet.repair.Repair;
import io.trivet.repair.ScrubProgress;
import io.trivet.repair.Scrubber;
import io.trivet.repair.Sweeper;

/** What this node does to put the cluster right, and what it owes as far as it knows itself. */
public record RepairMetrics(Repair repair, Scrubber scrubber, Sweeper sweeper) implements MetricSource {
    private static final double MS = 1e3;

    @Override
    public void read(Metrics into) {
        RepairReport report = repair.report(false);
        into.gauge(
                "trivet_replicas_owed",
                "Replicas that this node lacks, or that silent homes of its slots should hold.",
                report.owed());
        into.gauge("trivet_replica_bytes_owed", "Bytes of those replicas.", report.bytes());
        into.gauge("trivet_owed_oldest_seconds", "How long the oldest of them has been owed.", report.oldestSeconds());
        into.gauge(
                "trivet_conflicts",
                "Chunks of which nodes hold different bytes: a person must look.",
                report.conflicts());
        into.counter("trivet_repair_bytes_total", "Bytes of replicas that this node has pulled.", repair.pulledBytes());
        scrub(into, scrubber.progress());
        into.counter(
                "trivet_swept_chunks_total", "Chunks of dead files that this node has deleted.", sweeper.removed());
    }

    private void scrub(Metrics into, ScrubProgress progress) {
        into.counter("trivet_scrub_bytes_total", "Bytes of chunks that the scrub has read.", scrubber.readBytes());
        into.counter(
                "trivet_scrub_bad_total",
                "Replicas that the scrub found bad, ever.",
                progress.report().bad());
        into.gauge(
                "trivet_scrub_period_seconds",
                "In what time the scrub reads all chunks once.",
                scrubber.period().toSeconds());
        long sinceMs = progress.report().completedMs() == 0
                ? progress.startedMs()
                : progress.report().completedMs();
        into.gauge(
                "trivet_scrub_age_seconds",
                "How long ago the last complete scrub ended; before the first, how long ago it began.",
                sinceMs == 0 ? 0 : Math.max(0, System.currentTimeMillis() - sinceMs) / MS);
    }
}
