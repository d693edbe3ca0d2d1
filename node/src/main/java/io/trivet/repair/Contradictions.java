package io.trivet.repair;

import io.trivet.chunk.ChunkStore;
import io.trivet.chunk.ChunkTrailer;
import io.trivet.chunk.Stored;
import io.trivet.model.Checksums;
import io.trivet.model.ChunkId;
import io.trivet.model.FileRecord;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.wire.Reply;
import io.trivet.wire.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles what rule 1 forbids and a fault may bring about all the same: two nodes that hold different bytes under one name, each with sound checksums.
 *
 * <p>The record decides: the CRC32C of a file follows from those of its chunks, so of all ways to choose one content for each chunk the right one makes the
 * record's. If exactly one way does, a node that holds another content puts its own replica into quarantine, and pulls the right one as it would any that it
 * lacks; a node that is right tells the others, who look for themselves. In every other case (no record of that id under the path it was saved under, a chunk
 * that nobody holds, too many ways, none or several that fit) nothing is touched, and the conflict stays in the debt.
 *
 * <p>Any thread may suspect; one works.
 */
final class Contradictions implements Chore {
    private static final Logger LOG = LoggerFactory.getLogger(Contradictions.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration ASK_LIMIT = Duration.ofSeconds(20);
    private static final int MAX_SUSPECTS = 1000;

    /** With more ways a CRC of 32 bits would fit by chance too often. */
    private static final int MAX_WAYS = 64;

    private final Surroundings surroundings;
    private final ChunkStore store;
    private final Runnable lacking;
    private final SortedMap<ChunkId, Slot> suspects = new TreeMap<>();

    /** {@code lacking} is run when a replica of this node went to quarantine. */
    Contradictions(Surroundings surroundings, ChunkStore store, Runnable lacking) {
        this.surroundings = surroundings;
        this.store = store;
        this.lacking = lacking;
    }

    /** What a node says that it holds of one chunk. */
    private record Content(int length, int crc32c) {}

    /** Somebody holds other bytes than this node, or says so. Forgotten when too many wait: the next reconciliation finds it again. */
    synchronized void suspect(ChunkId chunk, Slot slot) {
        if (suspects.size() < MAX_SUSPECTS) {
            suspects.put(chunk, slot);
        }
    }

    private synchronized Optional<Map.Entry<ChunkId, Slot>> next() {
        if (suspects.isEmpty()) {
            return Optional.empty();
        }
        Map.Entry<ChunkId, Slot> first = Map.entry(suspects.firstKey(), suspects.get(suspects.firstKey()));
        suspects.remove(first.getKey());
        return Optional.of(first);
    }

    @Override
    public Duration step() {
        Optional<Map.Entry<ChunkId, Slot>> suspect = next();
        if (suspect.isEmpty()) {
            return POLL;
        }
        try {
            settle(
                    suspect.get().getKey(),
                    Sweeper.firstOf(suspect.get().getKey(), suspect.get().getValue()));
        } catch (TrivetException e) {
            LOG.warn("conflict not settled chunk={} cause=\"{}\"", suspect.get().getKey(), e.getMessage());
        }
        return Duration.ZERO;
    }

    private void settle(ChunkId chunk, Slot first) {
        Optional<ChunkTrailer> own = store.find(chunk, first);
        Optional<FileRecord> record = own.flatMap(
                        trailer -> surroundings.record(trailer.header().path()))
                .filter(found -> found.id().equals(chunk.file()))
                .filter(found -> found.chunkCount() <= Request.MAX_ASKED && chunk.number() <= found.chunkCount());
        if (record.isEmpty() || !isContested(chunk, first)) {
            return;
        }
        Map<NodeId, Map<Integer, Content>> holdings = ask(record.get());
        Optional<Content> right = right(record.get(), chunk.number(), holdings);
        if (right.isEmpty()) {
            LOG.error(
                    "conflict cannot be decided chunk={} path={}",
                    chunk,
                    own.get().header().path());
            return;
        }
        Stored here = own.get().stored();
        if (!right.get().equals(new Content(here.length(), here.crc32c()))) {
            store.quarantine(here, first, "the file's record says that another replica is right");
            lacking.run();
            return;
        }
        holdings.forEach((node, held) -> {
            Content there = held.get(chunk.number());
            if (there != null && !there.equals(right.get()) && !node.equals(surroundings.self())) {
                tell(node, chunk, first);
            }
        });
    }

    private void tell(NodeId node, ChunkId chunk, Slot first) {
        surroundings.ask(
                node,
                new Request.ReportChunk(
                        chunk,
                        first,
                        surroundings.self() + " holds what the file's record says, and other bytes than these"),
                ASK_LIMIT);
    }

    /** A report may be of something else; the rest of the file is only asked for where it matters. */
    private boolean isContested(ChunkId chunk, Slot first) {
        return ask(new Request.HasChunk(first, List.of(chunk))).values().stream()
                        .flatMap(held -> held.values().stream())
                        .distinct()
                        .count()
                > 1;
    }

    private Map<NodeId, Map<Integer, Content>> ask(FileRecord record) {
        return ask(new Request.HasChunk(
                record.first(),
                IntStream.rangeClosed(1, record.chunkCount())
                        .mapToObj(record::chunk)
                        .toList()));
    }

    /** What every node holds of these chunks. One that does not answer ends it: its word may matter. */
    private Map<NodeId, Map<Integer, Content>> ask(Request.HasChunk all) {
        Map<NodeId, Map<Integer, Content>> holdings = new LinkedHashMap<>();
        for (NodeId node : nodes()) {
            List<Reply.Held> held = node.equals(surroundings.self()) ? here(all) : there(node, all);
            Map<Integer, Content> contents = new HashMap<>();
            held.forEach(each -> contents.put(each.chunk().number(), new Content(each.length(), each.crc32c())));
            holdings.put(node, contents);
        }
        return holdings;
    }

    private List<NodeId> nodes() {
        return surroundings.view().stream()
                .flatMap(view -> view.nodes().stream())
                .map(Node::id)
                .toList();
    }

    private List<Reply.Held> here(Request.HasChunk all) {
        return all.chunks().stream()
                .flatMap(chunk -> store.find(chunk, all.first()).stream())
                .map(ChunkTrailer::stored)
                .map(stored -> new Reply.Held(stored.chunk(), stored.length(), stored.crc32c()))
                .toList();
    }

    private List<Reply.Held> there(NodeId node, Request.HasChunk all) {
        return surroundings.ask(node, all, ASK_LIMIT) instanceof Reply.Has has ? has.held() : List.of();
    }

    /** The content of one chunk in the only way that makes the record's checksum. */
    private static Optional<Content> right(FileRecord record, int number, Map<NodeId, Map<Integer, Content>> holdings) {
        List<List<Content>> ways = List.of(List.of());
        List<Integer> sums = List.of(0);
        for (int next = 1; next <= record.chunkCount(); next++) {
            int wanted = next;
            List<Content> choices = holdings.values().stream()
                    .flatMap(held -> Optional.ofNullable(held.get(wanted)).stream())
                    .filter(content -> content.length() == record.chunkLength(wanted))
                    .distinct()
                    .toList();
            if (choices.isEmpty() || (long) choices.size() * sums.size() > MAX_WAYS) {
                return Optional.empty();
            }
            List<List<Content>> longer = new ArrayList<>();
            List<Integer> combined = new ArrayList<>();
            for (int way = 0; way < sums.size(); way++) {
                for (Content choice : choices) {
                    longer.add(next == number ? List.of(choice) : ways.get(way));
                    combined.add(Checksums.combine(sums.get(way), choice.crc32c(), choice.length()));
                }
            }
            ways = longer;
            sums = combined;
        }
        List<Content> fitting = new ArrayList<>();
        for (int way = 0; way < sums.size(); way++) {
            if (sums.get(way) == record.crc32c()) {
                fitting.addAll(ways.get(way));
            }
        }
        return fitting.size() == 1 ? Optional.of(fitting.getFirst()) : Optional.empty();
    }
}
