package io.trivet.cli.progress;

import io.trivet.cli.text.Format;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.LoadSummary;
import io.trivet.client.SaveSummary;
import io.trivet.model.Checksums;
import io.trivet.model.FileRecord;
import io.trivet.model.RemotePath;
import java.time.Duration;

/** The line at the end of a transfer that says what is true now, also as JSON. */
public final class ResultLine {
    private ResultLine() {}

    /**
     * {@code saved /data.csv: 500 MiB in 1.9 s (263 MiB/s), 10 chunks x 2 replicas on 3 nodes,
     * crc32c 1a2b3c4d}.
     */
    public static Text saved(RemotePath path, SaveSummary summary) {
        FileRecord record = summary.record();
        if (record.chunkCount() == 0) {
            return Text.of("saved {0}: empty, without a chunk", path);
        }
        return Text.of(
                "saved {0}: {1}, {2} x {3}, crc32c {4}",
                path,
                moved(record.size(), summary.duration()),
                Text.count(record.chunkCount(), "chunk"),
                spread(summary.replicas(), summary.nodes().size()),
                Checksums.text(record.crc32c()));
    }

    /**
     * {@code loaded /data.csv: 500 MiB in 1.2 s (417 MiB/s), 10 chunks from 3 nodes, crc32c
     * 1a2b3c4d, now in data.csv}.
     */
    public static Text loaded(RemotePath path, LoadSummary summary, int nodes, Object target) {
        FileRecord record = summary.record();
        Text chunks = Text.count(record.chunkCount(), "chunk");
        return Text.of(
                "loaded {0}: {1}, {2}, crc32c {3}, now in {4}",
                path,
                moved(record.size(), summary.duration()),
                nodes == 0 ? chunks : Text.of("{0} from {1}", chunks, Text.count(nodes, "node")),
                Checksums.text(record.crc32c()),
                target);
    }

    /** {@code 500 MiB in 1.9 s (263 MiB/s)}. */
    static Text moved(long bytes, Duration duration) {
        return Text.of(
                "{0} in {1} ({2})", Format.bytes(bytes), Format.duration(duration), Format.rate(bytes, duration));
    }

    /** {@code 2 replicas on 3 nodes}; if there is only one of either, with the consequence. */
    public static Text spread(int replicas, int nodes) {
        if (replicas == 1 && nodes <= 1) {
            return Text.of("1 replica: a trial on one node");
        }
        Text spread = Text.of("{0} on {1}", Text.count(replicas, "replica"), Text.count(nodes, "node"));
        return replicas == 1 ? Text.of("{0} (no second copy)", spread) : spread;
    }

    public static Json json(RemotePath path, SaveSummary summary) {
        return file(path, summary.record(), summary.duration().toMillis())
                .put("replicas", summary.replicas())
                .put("resumedChunks", summary.resumedChunks())
                .put(
                        "nodes",
                        summary.nodes().stream().sorted().map(Object::toString).toList());
    }

    public static Json json(RemotePath path, LoadSummary summary, String target) {
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
