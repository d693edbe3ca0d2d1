package io.trivet.chunk;

import java.nio.file.Path;

/**
 * The state of a disk.
 *
 * @param reason why it does not serve or is read-only; empty otherwise
 * @param usedBytes taken by chunks with their trailers
 * @param freeBytes that chunks may still take, without the reserve
 */
public record DiskStatus(Path disk, State state, String reason, long usedBytes, long freeBytes) {
    /**
     * READ_ONLY: it serves what it has but takes no chunks. REFUSED: it never came into service
     * (rule 12). FAILED: it was taken out and the node continues with its other disks. REFUSED and
     * FAILED disks are retried periodically.
     */
    public enum State {
        SERVING,
        READ_ONLY,
        REFUSED,
        FAILED
    }
}
