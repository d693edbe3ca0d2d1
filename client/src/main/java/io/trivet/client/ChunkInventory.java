package io.trivet.client;

import io.trivet.model.ChunkId;
import io.trivet.model.FileId;
import io.trivet.model.NodeId;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import io.trivet.wire.protocol.RequestId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which chunks of one file id each node has on stable storage. Asks all nodes at once; a node that
 * does not answer counts as having none.
 */
final class ChunkInventory {
    private static final Duration ASK_LIMIT = Duration.ofSeconds(5);

    private final Map<NodeId, Stock> stocks = new ConcurrentHashMap<>();

    /**
     * What one node has, by chunk number.
     *
     * @param lossEpoch when it began to answer (rule 7)
     */
    record Stock(long lossEpoch, Map<Integer, Reply.Held> held) {
        static final Stock NONE = new Stock(0, Map.of());
    }

    private ChunkInventory() {}

    static ChunkInventory of(
            TransferResources transferResources, FileId file, Slot first, int count, RenewableToken token) {
        return of(transferResources, transferResources.cluster.nodes(), file, first, count, token);
    }

    /** Asks only these nodes; the others count as having none. */
    static ChunkInventory of(
            TransferResources transferResources,
            List<NodeId> nodes,
            FileId file,
            Slot first,
            int count,
            RenewableToken token) {
        return of(new Asked(transferResources, file, first, token), nodes, 1, count);
    }

    /** Which chunks from number {@code from} to {@code to} each node has. */
    static ChunkInventory of(
            TransferResources transferResources, FileId file, Slot first, int from, int to, RenewableToken token) {
        return of(new Asked(transferResources, file, first, token), transferResources.cluster.nodes(), from, to);
    }

    private static ChunkInventory of(Asked asked, List<NodeId> nodes, int from, int to) {
        ChunkInventory chunkInventory = new ChunkInventory();
        List<Thread> asking = nodes.stream()
                .map(node -> Thread.ofVirtual()
                        .start(RequestId.carried(
                                () -> chunkInventory.stocks.put(node, stockOf(asked, node, from, to)))))
                .toList();
        asking.forEach(ChunkInventory::join);
        return chunkInventory;
    }

    Stock at(NodeId node) {
        return stocks.getOrDefault(node, Stock.NONE);
    }

    private record Asked(TransferResources transferResources, FileId file, Slot first, RenewableToken token) {}

    private static Stock stockOf(Asked asked, NodeId node, int first, int last) {
        Map<Integer, Reply.Held> held = new HashMap<>();
        long lossEpoch = Long.MAX_VALUE;
        try {
            for (int from = first; from <= last; from += Request.MAX_ASKED) {
                Reply.Has has = ask(asked, node, from, Math.min(last, from + Request.MAX_ASKED - 1));
                has.held().forEach(each -> held.put(each.chunk().number(), each));
                lossEpoch = Math.min(lossEpoch, has.lossEpoch());
            }
            return new Stock(lossEpoch, Map.copyOf(held));
        } catch (TrivetException _) {
            return Stock.NONE;
        }
    }

    private static Reply.Has ask(Asked asked, NodeId node, int from, int to) {
        List<ChunkId> chunks = new ArrayList<>();
        for (int number = from; number <= to; number++) {
            chunks.add(new ChunkId(asked.file, number));
        }
        RequestEnvelope request =
                new RequestEnvelope(node, new Request.HasChunk(asked.first, chunks), asked.token.now());
        TransferResources transferResources = asked.transferResources;
        return (Reply.Has)
                transferResources.connector.call(transferResources.cluster.address(node), request, ASK_LIMIT);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
