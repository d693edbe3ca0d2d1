package io.trivet.client;

import io.trivet.model.FileRecord;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import java.util.List;

/**
 * What verifying a file found: its replicas were read on their nodes, all of them, block by block.
 *
 * @param replicas R as the newest layout says
 * @param silent nodes that did not answer: what they hold is not known
 * @param wholeMatches whether the chunks' checksums combine to the record's; false also where a
 *     chunk has no sound replica
 */
public record FileCheck(
        RemotePath path,
        FileRecord record,
        int replicas,
        List<ChunkCheck> chunks,
        List<NodeId> silent,
        boolean wholeMatches) {
    public FileCheck {
        chunks = List.copyOf(chunks);
        silent = List.copyOf(silent);
    }

    /** Replicas that were read. */
    public int checked() {
        return chunks.stream()
                .mapToInt(chunk -> chunk.sound().size() + chunk.bad().size())
                .sum();
    }

    /** Replicas that were found bad; they are in quarantine now. */
    public int bad() {
        return chunks.stream().mapToInt(chunk -> chunk.bad().size()).sum();
    }

    /** Replicas that should be there and are not, the bad ones left out. */
    public int missing() {
        return chunks.stream()
                .mapToInt(chunk -> Math.max(
                        0, replicas - chunk.sound().size() - chunk.bad().size()))
                .sum();
    }

    /** Whether every replica is there and sound, and together they are the file. */
    public boolean isWhole() {
        return wholeMatches && bad() == 0 && missing() == 0;
    }

    /** A chunk: the nodes whose replicas are sound, and those whose were bad. */
    public record ChunkCheck(int number, List<NodeId> sound, List<NodeId> bad) {
        public ChunkCheck {
            sound = List.copyOf(sound);
            bad = List.copyOf(bad);
        }
    }
}
