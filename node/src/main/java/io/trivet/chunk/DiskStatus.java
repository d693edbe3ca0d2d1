package io.trivet.chunk;

import java.nio.file.Path;

/**
 * How a disk does.
 *
 * @param reason why it does not serve; empty while it does
 * @param usedBytes taken by chunks with their trailers
 * @param freeBytes that chunks may still take, the reserve left out
 */
public record DiskStatus(Path disk, State state, String reason, long usedBytes, long freeBytes) {
    /** SERVING; or REFUSED at start (rule 12); or FAILED since: it was taken out and the node lives on with its others. */
    public enum State {
        SERVING,
        REFUSED,
        FAILED
    }
}
