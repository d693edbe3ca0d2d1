package io.trivet.chunk;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Where a chunk and its trailer are in a volume, for those who read disks without a store.
 *
 * @param start of the chunk's bytes in the file
 * @param size of chunk and trailer
 */
public record RecordLocation(Path volume, long start, int size) {
    /** Opens chunk and trailer as if they were a file of their own. */
    public DiskFiles.OpenFile open(DiskFiles files) throws IOException {
        return new RecordFile(files.open(volume), start, size);
    }

    /** The name of the record in messages. */
    public Path named() {
        return Volume.named(volume, start - VolumeFormat.UNIT);
    }
}
