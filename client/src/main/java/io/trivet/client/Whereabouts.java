package io.trivet.client;

import io.trivet.model.FileRecord;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.placement.Candidates;
import io.trivet.wire.Reply;
import java.util.ArrayList;
import java.util.List;

/** Asks every node which chunks of a file it holds. A node that does not answer counts as holding none. */
final class Whereabouts {
    private final Transfers transfers;
    private final OpenFile file;
    private final FileRecord record;

    Whereabouts(Transfers transfers, OpenFile file) {
        this.transfers = transfers;
        this.file = file;
        this.record = file.record();
    }

    FilePlacement of(RemotePath path) {
        return of(path, transfers.cluster.nodes());
    }

    /** Asks these nodes only. */
    FilePlacement of(RemotePath path, List<NodeId> asked) {
        Inventory inventory =
                Inventory.of(transfers, asked, record.id(), record.first(), record.chunkCount(), file.token());
        List<FilePlacement.ChunkPlacement> chunks = new ArrayList<>();
        for (int number = 1; number <= record.chunkCount(); number++) {
            int chunk = number;
            List<NodeId> nodes =
                    Candidates.of(record.slotOf(number), transfers.view().layouts(), transfers.cluster.nodes()).stream()
                            .filter(node -> holds(inventory, node, chunk))
                            .toList();
            chunks.add(
                    new FilePlacement.ChunkPlacement(number, record.slotOf(number), record.chunkLength(number), nodes));
        }
        return new FilePlacement(path, record, transfers.view().layout().replicas(), chunks);
    }

    private boolean holds(Inventory inventory, NodeId node, int number) {
        Reply.Held held = inventory.at(node).held().get(number);
        return held != null && held.length() == record.chunkLength(number);
    }
}
