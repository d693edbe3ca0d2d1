package io.trivet.node.data;

import io.trivet.chunk.ChunkStore;
import io.trivet.chunk.DiskStatus;
import io.trivet.model.ChunkSize;
import io.trivet.model.StorageReport;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The current state of this node's disks; logs each change once. One thread. */
public final class StorageSnapshot {
    private static final Logger LOG = LoggerFactory.getLogger(StorageSnapshot.class);

    private final ChunkStore store;
    private StorageReport last = StorageReport.NONE;

    public StorageSnapshot(ChunkStore store) {
        this.store = store;
    }

    public StorageReport report(ChunkSize chunkSize) {
        List<DiskStatus> disks = store.disks();
        String trouble = disks.stream()
                .filter(disk -> disk.state() != DiskStatus.State.SERVING)
                .map(disk -> disk.disk() + ": " + disk.reason())
                .collect(Collectors.joining("; "));
        StorageReport now = new StorageReport(state(disks, chunkSize), trouble);
        if (!now.equals(last)) {
            LOG.warn("disks state={} trouble=\"{}\"", now.state(), now.trouble());
            last = now;
        }
        return now;
    }

    private StorageReport.State state(List<DiskStatus> disks, ChunkSize chunkSize) {
        if (disks.stream().anyMatch(disk -> disk.state() == DiskStatus.State.SERVING)) {
            return ChunkStore.fits(chunkSize.bytes(), store.room())
                    ? StorageReport.State.WRITABLE
                    : StorageReport.State.FULL;
        }
        return disks.stream().anyMatch(disk -> disk.state() == DiskStatus.State.READ_ONLY)
                ? StorageReport.State.READ_ONLY
                : StorageReport.State.FAILED;
    }
}
