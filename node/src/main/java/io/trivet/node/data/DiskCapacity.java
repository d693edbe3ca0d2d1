package io.trivet.node.data;

import io.trivet.chunk.ChunkStore;
import io.trivet.chunk.DiskStatus;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.Set;

/**
 * The total capacity of the disks of a node that serve; disks on one file system count once. Any
 * thread.
 */
public record DiskCapacity(ChunkStore store) {
    /** 0 if unknown. */
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
                // The disk is failing and will be taken out.
                return 0;
            }
        }
        return bytes;
    }
}
