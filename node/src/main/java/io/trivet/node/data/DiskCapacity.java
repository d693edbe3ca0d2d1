package io.trivet.node.data;

import io.trivet.chunk.ChunkStore;
import io.trivet.chunk.DiskStatus;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.Set;

/**
 * What the disks of a node that serve could hold if they were empty; a file system that several of
 * them are on counts once. Any thread.
 */
public record DiskCapacity(ChunkStore store) {
    /** 0 where that cannot be told. */
    public long bytes() {
        Set<FileStore> counted = new HashSet<>();
        long bytes = 0;
        for (DiskStatus disk : store.disks()) {
            try {
                if (disk.state() == DiskStatus.State.SERVING) {
                    FileStore files = Files.getFileStore(disk.disk());
                    bytes += counted.add(files) ? files.getTotalSpace() : 0;
                }
            } catch (IOException _) {
                // A disk that cannot be asked is about to be found failed.
                return 0;
            }
        }
        return bytes;
    }
}
