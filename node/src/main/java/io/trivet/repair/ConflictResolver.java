package io.trivet.repair;

import io.trivet.chunk.ChunkStore;
import io.trivet.chunk.ChunkTrailer;
import io.trivet.chunk.StoredChunk;
import io.trivet.model.Checksums;
import io.trivet.model.ChunkId;
import io.trivet.model.FileRecord;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Sha256;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Resolves conflicts: two nodes hold different bytes for one chunk, each with valid checksums. Rule
 * 1 forbids it, but a fault may cause it.
 *
 * <p>The record decides. CRC32C and SHA-256 of a file follow from those of its chunks, so of all
 * ways to choose one content for each chunk, the right one gives the record's checksums. If exactly
 * one way does, a node with another content quarantines its own replica and pulls the right one
 * like any that it lacks; a node with the right content tells the others, which check themselves.
 * In every other case nothing is touched and the conflict stays in the debt: there is no record of
 * that id under the path it was saved under, or one of a file that was copied or changed, whose
 * checksums nobody has checked against the chunks, no node holds a chunk, there are too many ways, or
 * none or several match.
 *
 * <p>Any thread may suspect a chunk; one thread works.
 */
final class ConflictResolver implements Chore {
    private static final Logger LOG = LoggerFactory.getLogger(ConflictResolver.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration ASK_LIMIT = Duration.ofSeconds(20);
    private static final int MAX_SUSPECTS = 1000;

    /** With more ways a 32-bit CRC would match by chance too often. */
    private static final int MAX_WAYS = 64;

    private final RepairContext repairContext;
    private final ChunkStore store;
    private final Runnable lacking;
    private final SortedMap<ChunkId, Slot> suspects = new TreeMap<>();

    /** {@code lacking} runs when a replica of this node went to quarantine. */
    ConflictResolver(RepairContext repairContext, ChunkStore store, Runnable lacking) {
        this.repairContext = repairContext;
        this.store = store;
        this.lacking = lacking;
    }

    /** What a node holds of one chunk. */
    private record Content(int length, int crc32c, @Nullable Sha256 sha256) {
        Content(Reply.Held held) {
            this(held.length(), held.crc32c(), held.sha256());
        }

        boolean agreesWith(Content other) {
            return length == other.length && crc32c == other.crc32c && Sha256.agree(sha256, other.sha256);
        }

        /**
         * The different contents. One without SHA-256 does not count if it agrees with one that has
         * it.
         */
        static List<Content> distinct(List<Content> contents) {
            return contents.stream()
                    .filter(content -> content.sha256 != null
                            || contents.stream().noneMatch(other -> other.sha256 != null && other.agreesWith(content)))
                    .distinct()
                    .toList();
        }
    }

    /**
     * Records that another node holds other bytes than this one, or reports it. Dropped if too many
     * wait; the next reconciliation finds it again.
     */
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
                        trailer -> repairContext.record(trailer.header().path()))
                .filter(found -> found.chunkCount() <= Request.MAX_ASKED && chunk.number() <= found.chunkCount())
                .filter(found -> !found.isChanged() && !found.isCopy())
                .filter(found -> found.chunk(chunk.number()).equals(chunk));
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
        StoredChunk here = own.get().stored();
        if (!right.get().agreesWith(new Content(SlotNames.held(here)))) {
            store.quarantine(here, first, "the file's record says that another replica is right");
            lacking.run();
            return;
        }
        holdings.forEach((node, held) -> {
            Content there = held.get(chunk.number());
            if (there != null && !there.agreesWith(right.get()) && !node.equals(repairContext.self())) {
                tell(node, chunk, first);
            }
        });
    }

    private void tell(NodeId node, ChunkId chunk, Slot first) {
        repairContext.ask(
                node,
                new Request.ReportChunk(
                        chunk,
                        first,
                        repairContext.self() + " holds what the file's record says, and other bytes than these"),
                ASK_LIMIT);
    }

    /**
     * Cheap first check: a report may concern something else, and the rest of the file is requested
     * only if contents differ.
     */
    private boolean isContested(ChunkId chunk, Slot first) {
        List<Content> contents = ask(new Request.HasChunk(first, List.of(chunk))).values().stream()
                .flatMap(held -> held.values().stream())
                .toList();
        return Content.distinct(contents).size() > 1;
    }

    private Map<NodeId, Map<Integer, Content>> ask(FileRecord record) {
        return ask(new Request.HasChunk(
                record.first(),
                IntStream.rangeClosed(1, record.chunkCount())
                        .mapToObj(record::chunk)
                        .toList()));
    }

    /**
     * What every node holds of these chunks. Throws if a node does not answer, because its answer
     * may matter.
     */
    private Map<NodeId, Map<Integer, Content>> ask(Request.HasChunk all) {
        Map<NodeId, Map<Integer, Content>> holdings = new LinkedHashMap<>();
        for (NodeId node : nodes()) {
            List<Reply.Held> held = node.equals(repairContext.self()) ? here(all) : there(node, all);
            Map<Integer, Content> contents = new HashMap<>();
            held.forEach(each -> contents.put(each.chunk().number(), new Content(each)));
            holdings.put(node, contents);
        }
        return holdings;
    }

    private List<NodeId> nodes() {
        return repairContext.view().stream()
                .flatMap(view -> view.nodes().stream())
                .map(Node::id)
                .toList();
    }

    private List<Reply.Held> here(Request.HasChunk all) {
        return all.chunks().stream()
                .flatMap(chunk -> store.find(chunk, all.first()).stream())
                .map(ChunkTrailer::stored)
                .map(SlotNames::held)
                .toList();
    }

    private List<Reply.Held> there(NodeId node, Request.HasChunk all) {
        return repairContext.ask(node, all, ASK_LIMIT) instanceof Reply.Has has ? has.held() : List.of();
    }

    /** The content of one chunk in the only combination that gives the record's checksums. */
    private static Optional<Content> right(FileRecord record, int number, Map<NodeId, Map<Integer, Content>> holdings) {
        List<List<Content>> ways = List.of(List.of());
        for (int next = 1; next <= record.chunkCount(); next++) {
            List<Content> choices = choices(record, next, holdings);
            if (choices.isEmpty() || (long) choices.size() * ways.size() > MAX_WAYS) {
                return Optional.empty();
            }
            ways = ways.stream()
                    .flatMap(way -> choices.stream().map(choice -> longer(way, choice)))
                    .toList();
        }
        List<Content> fitting = ways.stream()
                .filter(way -> makes(record, way))
                .map(way -> way.get(number - 1))
                .toList();
        return fitting.size() == 1 ? Optional.of(fitting.getFirst()) : Optional.empty();
    }

    private static List<Content> choices(FileRecord record, int number, Map<NodeId, Map<Integer, Content>> holdings) {
        return Content.distinct(holdings.values().stream()
                .flatMap(held -> Optional.ofNullable(held.get(number)).stream())
                .filter(content -> content.length() == record.chunkLength(number))
                .toList());
    }

    private static List<Content> longer(List<Content> way, Content choice) {
        List<Content> longer = new ArrayList<>(way);
        longer.add(choice);
        return longer;
    }

    /** A record with SHA-256 matches only chunks that have one. */
    private static boolean makes(FileRecord record, List<Content> way) {
        int crc = 0;
        List<Sha256> strong = new ArrayList<>();
        for (Content content : way) {
            crc = Checksums.combine(crc, content.crc32c(), content.length());
            if (content.sha256() != null) {
                strong.add(content.sha256());
            }
        }
        return crc == record.crc32c()
                && (record.sha256() == null
                        || (strong.size() == way.size() && record.sha256().equals(Sha256.ofChunks(strong))));
    }
}
