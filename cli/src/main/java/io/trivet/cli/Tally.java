package io.trivet.cli;

import io.trivet.client.LoadSummary;
import io.trivet.client.SaveSummary;
import io.trivet.model.FileRecord;
import io.trivet.model.NodeId;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** What a transfer of many files came to. Any thread. */
final class Tally {
    private final long begunNanos = System.nanoTime();
    private final Set<NodeId> nodes = new HashSet<>();
    private long files;
    private long bytes;
    private long chunks;
    private long skipped;
    private long unchanged;
    private long resumedChunks;
    private int leastReplicas = Integer.MAX_VALUE;

    synchronized void saved(SaveSummary summary) {
        moved(summary.record());
        resumedChunks += summary.resumedChunks();
        nodes.addAll(summary.nodes());
        leastReplicas = Math.min(leastReplicas, summary.replicas());
    }

    synchronized void loaded(LoadSummary summary) {
        resumedChunks += summary.resumedChunks();
        moved(summary.record());
    }

    /** A file that is there already as it should be. */
    synchronized void unchanged() {
        unchanged++;
    }

    /** A file that a dry run would move. */
    synchronized void planned(long size) {
        files++;
        bytes += size;
    }

    synchronized void skipped() {
        skipped++;
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - begunNanos);
    }

    /** {@code saved /tree: 1000 files, 500 MiB in 1.9 s (263 MiB/s), 1000 chunks x 2 replicas on 3 nodes}, and what did not go well. */
    synchronized String closing(String verb, String what, Duration elapsed, long failed, boolean gaveUp) {
        String spread = leastReplicas == Integer.MAX_VALUE ? "" : " x " + Closing.spread(leastReplicas, nodes.size());
        return verb + " " + Wording.visible(what) + ": " + Wording.count(files, "file") + ", " + Wording.bytes(bytes)
                + " in " + Wording.duration(elapsed) + " (" + Wording.rate(bytes, elapsed) + "), "
                + Wording.count(chunks, "chunk") + spread
                + (resumedChunks == 0 ? "" : ", " + resumedChunks + " of them were there")
                + (unchanged == 0 ? "" : ", " + unchanged + " unchanged")
                + (skipped == 0 ? "" : ", " + skipped + " skipped")
                + (failed == 0 ? "" : ", " + failed + " failed")
                + (gaveUp ? ", the rest was not tried" : "");
    }

    /** {@code would save /tree: 1000 files, 500 MiB, 12 unchanged}. */
    synchronized String plan(String verb, String what) {
        return verb + " " + Wording.visible(what) + ": " + Wording.count(files, "file") + ", " + Wording.bytes(bytes)
                + (unchanged == 0 ? "" : ", " + unchanged + " unchanged")
                + (skipped == 0 ? "" : ", " + skipped + " skipped");
    }

    private void moved(FileRecord record) {
        files++;
        bytes += record.size();
        chunks += record.chunkCount();
    }
}
