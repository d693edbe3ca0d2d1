package io.trivet.chunk;

import java.nio.file.Path;

/**
 * How a disk does.
 *
 * @param reason why it does not serve, or only reads; empty otherwise
 * @param usedBytes taken by chunks with their trailers
 * @param freeBytes that chunks may still take, the reserve left out
 */
public record DiskStatus(Path disk, State state, String reason, long usedBytes, long freeBytes) {
    /**
     * SERVING; or READ_ONLY: what it has is served, but it takes no chunks; or REFUSED (rule 12);
     * or FAILED: it was taken out and the node lives on with its others. One that is REFUSED or
     * FAILED is tried again now and then.
     */
    public enum State {
        SERVING,
        READ_ONLY,
        REFUSED,
        FAILED
    }
}
