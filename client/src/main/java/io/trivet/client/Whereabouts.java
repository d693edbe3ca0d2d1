package io.trivet.client;

import io.trivet.model.ChunkId;
import io.trivet.model.FileRecord;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import io.trivet.placement.Candidates;
import io.trivet.wire.Addressed;
import io.trivet.wire.Reply;
import io.trivet.wire.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Asks every node which chunks of a file it holds. A node that does not answer counts as holding none. */
final class Whereabouts {
    private static final Duration ASK_LIMIT = Duration.ofSeconds(5);

    private final Transfers transfers;
    private final FileRecord record;

    Whereabouts(Transfers transfers, FileRecord record) {
        this.transfers = transfers;
        this.record = record;
    }

    FilePlacement of(RemotePath path) {
        Map<NodeId, Set<Integer>> held = new ConcurrentHashMap<>();
        List<Thread> asking = transfers.cluster.nodes().stream()
                .map(node -> Thread.ofVirtual().start(() -> held.put(node, heldBy(node))))
                .toList();
        asking.forEach(Whereabouts::join);
        List<FilePlacement.ChunkPlacement> chunks = new ArrayList<>();
        for (int number = 1; number <= record.chunkCount(); number++) {
            int chunk = number;
            List<NodeId> nodes =
                    Candidates.of(record.slotOf(number), transfers.view().layouts(), transfers.cluster.nodes()).stream()
                            .filter(node -> held.getOrDefault(node, Set.of()).contains(chunk))
                            .toList();
            chunks.add(
                    new FilePlacement.ChunkPlacement(number, record.slotOf(number), record.chunkLength(number), nodes));
        }
        return new FilePlacement(path, record, transfers.view().layout().replicas(), chunks);
    }

    private Set<Integer> heldBy(NodeId node) {
        Set<Integer> numbers = new HashSet<>();
        try {
            for (int from = 1; from <= record.chunkCount(); from += Request.MAX_ASKED) {
                numbers.addAll(ask(node, from, Math.min(record.chunkCount(), from + Request.MAX_ASKED - 1)));
            }
        } catch (TrivetException _) {
            return Set.of();
        }
        return numbers;
    }

    private List<Integer> ask(NodeId node, int from, int to) {
        List<ChunkId> chunks = new ArrayList<>();
        for (int number = from; number <= to; number++) {
            chunks.add(record.chunk(number));
        }
        Reply reply = transfers.connector.call(
                transfers.cluster.address(node),
                new Addressed(node, new Request.HasChunk(record.first(), chunks)),
                ASK_LIMIT);
        return ((Reply.Has) reply)
                .held().stream()
                        .filter(held ->
                                held.length() == record.chunkLength(held.chunk().number()))
                        .map(held -> held.chunk().number())
                        .toList();
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
