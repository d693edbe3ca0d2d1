package io.trivet.model;

import java.time.Instant;

/**
 * A file in the trash.
 *
 * @param path its path when it was removed or replaced
 * @param since when that happened
 */
public record TrashedFile(RemotePath path, FileRecord record, Instant since) {
    /** For who may not read it. */
    public TrashedFile withoutSums() {
        return new TrashedFile(path, record.withoutSums(), since);
    }
}
