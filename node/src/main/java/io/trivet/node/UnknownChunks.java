package io.trivet.node;

import io.trivet.model.ChunkId;
import io.trivet.model.FileId;
import io.trivet.model.IdState;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.namespace.Namespace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the chunks on a node's disks whose file ids are unknown to a restored namespace. They are
 * never deleted (rule 4).
 */
final class UnknownChunks {
    private static final Logger LOG = LoggerFactory.getLogger(UnknownChunks.class);

    private final Namespace namespace;
    private final Map<FileId, Integer> page = new HashMap<>();
    private long found;

    private UnknownChunks(Namespace namespace) {
        this.namespace = namespace;
    }

    /** Skips what cannot be read of a disk. */
    static long count(Namespace namespace, List<Path> disks) {
        UnknownChunks chunks = new UnknownChunks(namespace);
        for (Path disk : disks) {
            try {
                ChunkNames.each(disk, chunks::see);
            } catch (IOException e) {
                LOG.warn("chunks not looked at disk={} cause=\"{}\"", disk, e.toString());
            }
        }
        chunks.ask();
        return chunks.found;
    }

    private void see(ChunkId chunk) {
        page.merge(chunk.file(), 1, Integer::sum);
        if (page.size() == Query.MAX_IDS) {
            ask();
        }
    }

    private void ask() {
        List<FileId> files = List.copyOf(page.keySet());
        if (namespace.answer(new Query.IdStates(files)) instanceof QueryResult.IdStates answer) {
            for (int i = 0; i < files.size(); i++) {
                if (answer.states().get(i) instanceof IdState.Unknown) {
                    found += page.getOrDefault(files.get(i), 0);
                }
            }
        }
        page.clear();
    }
}
