package io.trivet.cli.progress;

import io.trivet.cli.text.Format;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.LoadSummary;
import io.trivet.client.SaveSummary;
import io.trivet.model.FileRecord;
import io.trivet.model.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The totals of a transfer of many files. Any thread. */
public final class TransferTotals {
    private final long begunNanos = System.nanoTime();
    private final Set<NodeId> nodes = new HashSet<>();
    private long files;
    private long bytes;
    private long chunks;
    private long skipped;
    private long removed;
    private long unchanged;
    private long newer;
    private long streams;
    private long resumedChunks;
    private long links;
    private int leastReplicas = Integer.MAX_VALUE;

    public synchronized void saved(SaveSummary summary) {
        moved(summary.record());
        resumedChunks += summary.resumedChunks();
        nodes.addAll(summary.nodes());
        if (summary.record().chunkCount() > 0) {
            leastReplicas = Math.min(leastReplicas, summary.replicas());
        }
    }

    public synchronized void loaded(LoadSummary summary) {
        resumedChunks += summary.resumedChunks();
        moved(summary.record());
    }

    /** Counts a file that exists already and is equal. */
    public synchronized void unchanged() {
        unchanged++;
    }

    /** Counts a target that is newer than its source. */
    public synchronized void newer() {
        newer++;
    }

    /** Counts a source of unknown size in a dry run. */
    public synchronized void plannedStream() {
        files++;
        streams++;
    }

    /** Counts a file in a dry run. */
    public synchronized void planned(long size) {
        files++;
        bytes += size;
    }

    /** Counts a symbolic link that was made, or would be. */
    public synchronized void linked() {
        links++;
    }

    public synchronized void skipped() {
        skipped++;
    }

    /** Counts what was removed from the target, or would be. */
    public synchronized void removed() {
        removed++;
    }

    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - begunNanos);
    }

    /**
     * {@code saved /tree: 1000 files, 500 MiB in 1.9 s (263 MiB/s), 1000 chunks x 2 replicas on 3
     * nodes}, and what failed.
     */
    public synchronized Text closing(
            TransferVerb transferVerb, Object what, Duration elapsed, long failed, boolean gaveUp) {
        Text count = Text.count(chunks, "chunk");
        List<Object> facts = new ArrayList<>();
        facts.add(Text.count(files, "file"));
        facts.add(ResultLine.moved(bytes, elapsed));
        facts.add(
                leastReplicas == Integer.MAX_VALUE
                        ? count
                        : Text.of("{0} x {1}", count, ResultLine.spread(leastReplicas, nodes.size())));
        if (resumedChunks > 0) {
            facts.add(Text.of("{0} of them were already stored", resumedChunks));
        }
        addLeftOut(facts);
        if (failed > 0) {
            facts.add(Text.of("{0} failed", failed));
        }
        if (gaveUp) {
            facts.add(Text.of("the remaining files were not tried"));
        }
        return transferVerb.did(what, Text.list(facts));
    }

    /** All totals as JSON: {@code {"summary":{"files":1000,...}}}. */
    public synchronized Json json(boolean dryRun, long failed, boolean gaveUp) {
        return new Json()
                .put(
                        "summary",
                        new Json()
                                .put("files", files)
                                .put("bytes", bytes)
                                .put("links", links)
                                .put("unchanged", unchanged)
                                .put("newer", newer)
                                .put("skipped", skipped)
                                .put("removed", removed)
                                .put("failed", failed)
                                .put("complete", failed == 0 && !gaveUp)
                                .put("dryRun", dryRun));
    }

    /** {@code 1000 files, 500 MiB, 12 unchanged}. */
    public synchronized Text plan() {
        List<Object> facts = new ArrayList<>();
        facts.add(Text.count(files, "file"));
        facts.add(Format.bytes(bytes));
        if (streams > 0) {
            facts.add(Text.of("{0} of unknown length", streams));
        }
        addLeftOut(facts);
        return Text.list(facts);
    }

    private void addLeftOut(List<Object> facts) {
        if (links > 0) {
            facts.add(Text.count(links, "link"));
        }
        if (unchanged > 0) {
            facts.add(Text.of("{0} unchanged", unchanged));
        }
        if (newer > 0) {
            facts.add(Text.of("{0} kept (newer than the source)", newer));
        }
        if (removed > 0) {
            facts.add(Text.of("{0} removed", removed));
        }
        if (skipped > 0) {
            facts.add(Text.of("{0} skipped", skipped));
        }
    }

    private void moved(FileRecord record) {
        files++;
        bytes += record.size();
        chunks += record.chunkCount();
    }
}
