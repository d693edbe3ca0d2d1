package io.trivet.client;

import io.trivet.model.FileRecord;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import java.util.List;

/**
 * The result of verifying a file: every node read all of its replicas, block by block.
 *
 * @param replicas R of the newest layout
 * @param silent nodes that did not answer; their replicas are unknown
 * @param wholeMatches whether the chunks' checksums combine to the record's; false also if a chunk
 *     has no sound replica
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

    /** The number of replicas read. */
    public int checked() {
        return chunks.stream()
                .mapToInt(chunk -> chunk.sound().size() + chunk.bad().size())
                .sum();
    }

    /** The number of bad replicas; they are in quarantine now. */
    public int bad() {
        return chunks.stream().mapToInt(chunk -> chunk.bad().size()).sum();
    }

    /** The number of replicas that should exist and do not, without the bad ones. */
    public int missing() {
        return chunks.stream()
                .mapToInt(chunk -> Math.max(
                        0, replicas - chunk.sound().size() - chunk.bad().size()))
                .sum();
    }

    /** Whether every replica exists and is sound, and together they give the file. */
    public boolean isWhole() {
        return wholeMatches && bad() == 0 && missing() == 0;
    }

    /** A chunk, the nodes with a sound replica, and the nodes whose replica was bad. */
    public record ChunkCheck(int number, List<NodeId> sound, List<NodeId> bad) {
        public ChunkCheck {
            sound = List.copyOf(sound);
            bad = List.copyOf(bad);
        }
    }
}
