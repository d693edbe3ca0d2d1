package io.trivet.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.FileId;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.placement.SlotCandidates;
import io.trivet.wire.Connection;
import io.trivet.wire.DataFrame;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A chunk finds enough nodes, however slow they are, as long as enough of them run. */
@Timeout(60)
class ChunkSenderTest {
    private static final int LENGTH = 3 << 20;
    private static final Duration PATIENCE = Duration.ofMillis(400);
    private static final Slot FIRST = new Slot(0);

    private final AtomicInteger tries = new AtomicInteger();

    private static Reply.Stored stored(Connection connection, NodeId node, List<NodeId> chain) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(Connection.PIECE_BYTES);
        while (true) {
            if (connection.receivePiece(buffer) instanceof DataFrame.End(int length, int crc, var sha256)) {
                List<Reply.Holder> holders = new ArrayList<>(List.of(new Reply.Holder(node, 0)));
                chain.forEach(next -> holders.add(new Reply.Holder(next, 0)));
                return new Reply.Stored(holders, List.of(), length, crc, sha256);
            }
        }
    }

    private static RenewableToken token(FakeNodes nodes) {
        LeaderCalls leader = new LeaderCalls(nodes.connector, nodes.cluster, PATIENCE);
        return new RenewableToken(leader, new Reply.WithToken(new Reply.Done(), new byte[0], 600_000));
    }

    /**
     * On a busy machine the first attempt takes longer than the whole limit, and ends because a
     * node was killed. Two of three nodes are enough, so the save must go on: the limit is on the
     * time with too few nodes, not on the time of sending.
     */
    @Test
    void anAttemptThatTookLongLeavesTimeToLookForOtherNodes() throws IOException {
        try (FakeNodes nodes = new FakeNodes(3, (node, connection, request) -> {
            Request.StoreChunk store = (Request.StoreChunk) request;
            if (tries.incrementAndGet() == 1) {
                pass(PATIENCE.multipliedBy(3));
                throw new IOException("this connection is lost");
            }
            connection.send(stored(connection, node, store.chain()));
        })) {
            List<NodeId> candidates =
                    SlotCandidates.of(FIRST, nodes.cluster.view().layouts(), nodes.cluster.nodes());
            nodes.silent.add(candidates.getLast());
            nodes.cluster.refresh();
            try (TransferResources transferResources = new TransferResources(nodes.cluster, nodes.connector, 1, 8)) {
                ChunkSender.Sent sent = new ChunkSender(
                                transferResources,
                                new ChunkSender.Outgoing(
                                        new ChunkId(new FileId(1, 1), 1),
                                        FIRST,
                                        ChunkSize.DEFAULT,
                                        LENGTH,
                                        true,
                                        RemotePath.parse("/a"),
                                        token(nodes)),
                                (_, buffer) -> buffer.position(buffer.limit()),
                                Progress.NONE,
                                PATIENCE)
                        .send();
                assertThat(sent.holders().keySet()).containsExactlyInAnyOrderElementsOf(candidates.subList(0, 2));
            } catch (TrivetException e) {
                throw new AssertionError(e.getMessage(), e);
            }
        }
    }

    /** The slowness of the node itself. */
    private static void pass(Duration time) {
        try {
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
