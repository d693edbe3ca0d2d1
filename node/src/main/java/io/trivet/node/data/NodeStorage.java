package io.trivet.node.data;

import io.trivet.chunk.ChunkStore;
import io.trivet.chunk.StoreSettings;
import io.trivet.chunk.SystemDiskFiles;
import io.trivet.node.identity.LossEpoch;
import io.trivet.node.identity.NodeIdentity;
import io.trivet.repair.SlotDigests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The chunks of this node.
 *
 * @param digests of what the store holds
 * @param lossEpoch raised whenever the store loses something
 */
public record NodeStorage(ChunkStore store, SlotDigests digests, LossEpoch lossEpoch) implements AutoCloseable {
    private static final long LARGEST_RESERVE = 1L << 30;
    private static final int RESERVE_PART = 20;

    /**
     * Opens the disks of a node.
     *
     * @param smallChunkBytes chunks of up to so many bytes share files
     */
    public static NodeStorage open(Path data, NodeIdentity identity, int smallChunkBytes) throws IOException {
        LossEpoch lossEpoch = new LossEpoch(data);
        SlotDigests digests = new SlotDigests();
        ChunkStore store = ChunkStore.open(
                new SystemDiskFiles(),
                settings(identity, smallChunkBytes),
                storeLoss -> {
                    digests.lost(storeLoss);
                    lossEpoch.lost(storeLoss);
                },
                digests);
        return new NodeStorage(store, digests, lossEpoch);
    }

    /**
     * The reserve of each disk is a twentieth of the smallest disk, at most 1 GiB, because the
     * quorum's log is stored beside the chunks.
     */
    private static StoreSettings settings(NodeIdentity identity, int smallChunkBytes) throws IOException {
        long reserve = LARGEST_RESERVE;
        for (Path disk : identity.disks()) {
            if (Files.exists(disk)) {
                reserve = Math.min(reserve, Files.getFileStore(disk).getTotalSpace() / RESERVE_PART);
            }
        }
        return new StoreSettings(identity.cluster(), identity.node(), identity.disks(), reserve, smallChunkBytes);
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
