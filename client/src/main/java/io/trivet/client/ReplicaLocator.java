package io.trivet.client;

import io.trivet.model.FileRecord;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.placement.SlotCandidates;
import io.trivet.wire.protocol.Reply;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks every node which chunks of a file it holds. A node that does not answer counts as holding
 * none.
 */
final class ReplicaLocator {
    private final TransferResources transferResources;
    private final OpenFile file;
    private final FileRecord record;

    ReplicaLocator(TransferResources transferResources, OpenFile file) {
        this.transferResources = transferResources;
        this.file = file;
        this.record = file.record();
    }

    FilePlacement of(RemotePath path) {
        return of(path, transferResources.cluster.nodes());
    }

    /** Asks only these nodes. */
    FilePlacement of(RemotePath path, List<NodeId> asked) {
        ChunkInventory chunkInventory = ChunkInventory.of(transferResources, asked, file);
        List<FilePlacement.ChunkPlacement> chunks = new ArrayList<>();
        for (int number = 1; number <= record.chunkCount(); number++) {
            int chunk = number;
            List<NodeId> nodes = SlotCandidates.of(
                            record.slotOf(number),
                            transferResources.view().layouts(),
                            transferResources.cluster.nodes())
                    .stream()
                    .filter(node -> holds(chunkInventory, node, chunk))
                    .toList();
            chunks.add(
                    new FilePlacement.ChunkPlacement(number, record.slotOf(number), record.chunkLength(number), nodes));
        }
        return new FilePlacement(path, record, transferResources.view().layout().replicas(), chunks);
    }

    private boolean holds(ChunkInventory chunkInventory, NodeId node, int number) {
        Reply.Held held = chunkInventory.at(node).held().get(number);
        return held != null && held.length() == record.chunkLength(number);
    }
}
