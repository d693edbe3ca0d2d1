package io.trivet.cli;

import io.trivet.client.LoadSummary;
import io.trivet.client.SaveSummary;
import io.trivet.model.Checksums;
import io.trivet.model.FileRecord;
import io.trivet.model.RemotePath;

/** The line that ends a transfer and says what is true now, and the same for scripts. */
final class Closing {
    private Closing() {}

    /** {@code saved /data.csv: 500 MiB in 1.9 s (263 MiB/s), 10 chunks x 2 replicas on 3 nodes, crc32c 1a2b3c4d}. */
    static String saved(RemotePath path, SaveSummary summary) {
        FileRecord record = summary.record();
        return "saved " + Wording.visible(path.toString()) + ": " + Wording.bytes(record.size()) + " in "
                + Wording.duration(summary.duration()) + " (" + Wording.rate(record.size(), summary.duration()) + "), "
                + Wording.count(record.chunkCount(), "chunk") + " x "
                + spread(summary.replicas(), summary.nodes().size())
                + ", crc32c " + Checksums.text(record.crc32c());
    }

    /** {@code loaded /data.csv: 500 MiB in 1.2 s (417 MiB/s), 10 chunks from 3 nodes, crc32c 1a2b3c4d, now in data.csv}. */
    static String loaded(RemotePath path, LoadSummary summary, int nodes, String target) {
        FileRecord record = summary.record();
        return "loaded " + Wording.visible(path.toString()) + ": " + Wording.bytes(record.size()) + " in "
                + Wording.duration(summary.duration()) + " (" + Wording.rate(record.size(), summary.duration()) + "), "
                + Wording.count(record.chunkCount(), "chunk")
                + (nodes == 0 ? "" : " from " + Wording.count(nodes, "node"))
                + ", crc32c " + Checksums.text(record.crc32c()) + ", now in " + Wording.visible(target);
    }

    /** {@code 2 replicas on 3 nodes}, and where there is only one of everything, what that means. */
    static String spread(int replicas, int nodes) {
        if (replicas == 1 && nodes <= 1) {
            return "1 replica: a trial on one node";
        }
        String spread = Wording.count(replicas, "replica") + " on " + Wording.count(nodes, "node");
        return replicas == 1 ? spread + " (no second copy)" : spread;
    }

    static Json json(RemotePath path, SaveSummary summary) {
        return file(path, summary.record(), summary.duration().toMillis())
                .put("replicas", summary.replicas())
                .put("resumedChunks", summary.resumedChunks())
                .put(
                        "nodes",
                        summary.nodes().stream().sorted().map(Object::toString).toList());
    }

    static Json json(RemotePath path, LoadSummary summary, String target) {
        return file(path, summary.record(), summary.duration().toMillis())
                .put("target", target)
                .put("resumedChunks", summary.resumedChunks());
    }

    private static Json file(RemotePath path, FileRecord record, long milliseconds) {
        return new Json()
                .put("path", path.toString())
                .put("size", record.size())
                .put("chunkSize", record.chunkSize().bytes())
                .put("chunkCount", record.chunkCount())
                .put("crc32c", Checksums.text(record.crc32c()))
                .put("seconds", milliseconds / 1000.0);
    }
}
