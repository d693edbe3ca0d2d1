package io.trivet.client;

import io.trivet.model.ChunkId;
import io.trivet.model.ChunkRange;
import io.trivet.model.Extent;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.NodeId;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.thread.BackgroundThreads;
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
import java.util.stream.IntStream;

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
        return of(transferResources, file, first, 1, count, token);
    }

    /** Which chunks from number {@code from} to {@code to} each node has. */
    static ChunkInventory of(
            TransferResources transferResources, FileId file, Slot first, int from, int to, RenewableToken token) {
        return of(new Asked(transferResources, file, first, token), transferResources.cluster.nodes(), from, to);
    }

    /** Which chunks of a file each of these nodes has. */
    static ChunkInventory of(TransferResources transferResources, List<NodeId> nodes, OpenFile file) {
        FileRecord record = file.record();
        List<Part> parts = IntStream.range(0, record.allExtents().size())
                .mapToObj(index -> {
                    Extent extent = record.allExtents().get(index);
                    return new Part(
                            new Asked(transferResources, extent.content(), extent.first(), file.token()),
                            record.rangeOf(index));
                })
                .toList();
        return of(nodes, parts);
    }

    /** Some chunks of one content. */
    private record Part(Asked asked, ChunkRange chunks) {}

    private static ChunkInventory of(Asked asked, List<NodeId> nodes, int from, int to) {
        return of(nodes, List.of(new Part(asked, new ChunkRange(from, to))));
    }

    private static ChunkInventory of(List<NodeId> nodes, List<Part> parts) {
        ChunkInventory chunkInventory = new ChunkInventory();
        List<Thread> asking = nodes.stream()
                .map(node -> BackgroundThreads.named("trivet-inventory")
                        .start(RequestId.carried(() -> chunkInventory.stocks.put(node, stockOf(node, parts)))))
                .toList();
        asking.forEach(ChunkInventory::join);
        return chunkInventory;
    }

    Stock at(NodeId node) {
        return stocks.getOrDefault(node, Stock.NONE);
    }

    private record Asked(TransferResources transferResources, FileId file, Slot first, RenewableToken token) {}

    private static Stock stockOf(NodeId node, List<Part> parts) {
        Map<Integer, Reply.Held> held = new HashMap<>();
        long lossEpoch = Long.MAX_VALUE;
        try {
            for (Part part : parts) {
                int last = part.chunks.to();
                for (int from = part.chunks.from(); from <= last; from += Request.MAX_ASKED) {
                    Reply.Has has = ask(part.asked, node, from, Math.min(last, from + Request.MAX_ASKED - 1));
                    has.held().forEach(each -> held.put(each.chunk().number(), each));
                    lossEpoch = Math.min(lossEpoch, has.lossEpoch());
                }
            }
            return new Stock(lossEpoch, Map.copyOf(held));
        } catch (TrivetException ignored) {
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
        } catch (InterruptedException ignored) {
            Thread.currentThread().interrupt();
        }
    }
}
