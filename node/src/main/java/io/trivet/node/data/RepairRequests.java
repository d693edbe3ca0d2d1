package io.trivet.node.data;

import io.trivet.model.NodeId;
import io.trivet.model.Slot;
import io.trivet.repair.Repair;
import io.trivet.wire.Connection;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import java.io.IOException;
import java.util.stream.IntStream;

/** Answers requests that concern repair, from other nodes and from operators. Any thread. */
public final class RepairRequests {
    private final NodeId self;
    private final Repair repair;
    private final RepairSurroundings surroundings;
    private final TransferPool threads;

    public RepairRequests(NodeId self, Repair repair, RepairSurroundings surroundings, TransferPool threads) {
        this.self = self;
        this.repair = repair;
        this.surroundings = surroundings;
        this.threads = threads;
    }

    public void digests(Connection connection, Request.GetDigests get) throws IOException {
        connection.send(repair.digests(get));
    }

    /**
     * Sends the sizes of slots without the sums, which only nodes need. The answer has no slots if
     * the node does not answer.
     */
    public void sizes(Connection connection, Request.GetSizes get) throws IOException {
        threads.run(TransferPool.Kind.REPAIR, connection, _ -> connection.send(sizes(get.node())));
    }

    private Reply.Digests sizes(NodeId node) {
        Request.GetDigests all = new Request.GetDigests(
                IntStream.range(0, Slot.COUNT).mapToObj(Slot::new).toList());
        Reply.Digests digests = node.equals(self) ? repair.digests(all) : surroundings.digests(node, all);
        return new Reply.Digests(
                digests.digests().stream().map(Reply.SlotDigest::size).toList());
    }

    public void list(Connection connection, Request.ListSlot list) throws IOException {
        threads.run(TransferPool.Kind.REPAIR, connection, _ -> connection.send(repair.names(list)));
    }

    public void promise(Connection connection, Request.PromiseToKeep promise) throws IOException {
        threads.run(TransferPool.Kind.REPAIR, connection, _ -> {
            connection.timeout(ChunkService.VERIFY_LIMIT);
            Reply.Promised promised = repair.promise(promise);
            connection.timeout(ChunkRequests.ANSWER_LIMIT);
            connection.send(promised);
        });
    }
}
