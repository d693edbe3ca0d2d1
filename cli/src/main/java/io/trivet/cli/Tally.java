package io.trivet.cli;

import io.trivet.client.LoadSummary;
import io.trivet.client.SaveSummary;
import io.trivet.model.FileRecord;
import io.trivet.model.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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
    synchronized Text closing(Verb verb, Object what, Duration elapsed, long failed, boolean gaveUp) {
        Text count = Text.count(chunks, "chunk");
        List<Object> facts = new ArrayList<>();
        facts.add(Text.count(files, "file"));
        facts.add(Closing.moved(bytes, elapsed));
        facts.add(
                leastReplicas == Integer.MAX_VALUE
                        ? count
                        : Text.of("{0} x {1}", count, Closing.spread(leastReplicas, nodes.size())));
        if (resumedChunks > 0) {
            facts.add(Text.of("{0} of them were there", resumedChunks));
        }
        addLeftOut(facts);
        if (failed > 0) {
            facts.add(Text.of("{0} failed", failed));
        }
        if (gaveUp) {
            facts.add(Text.of("the rest was not tried"));
        }
        return verb.did(what, Text.list(facts));
    }

    /** {@code 1000 files, 500 MiB, 12 unchanged}. */
    synchronized Text plan() {
        List<Object> facts = new ArrayList<>();
        facts.add(Text.count(files, "file"));
        facts.add(Wording.bytes(bytes));
        addLeftOut(facts);
        return Text.list(facts);
    }

    private void addLeftOut(List<Object> facts) {
        if (unchanged > 0) {
            facts.add(Text.of("{0} unchanged", unchanged));
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
