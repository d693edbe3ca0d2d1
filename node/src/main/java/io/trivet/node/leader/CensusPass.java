package io.trivet.node.leader;

import io.trivet.model.CensusReport;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkRange;
import io.trivet.model.FileId;
import io.trivet.model.MissingChunk;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.namespace.StoredContent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One census, slot by slot:
 *
 * <pre>
 *   weigh     read all records once: how many chunks has each slot?
 *   gather    read all records again: the chunks of the next slots, as many as fit into {@link #MAX_CHUNKS}
 *   compare   for each of these slots, remove what its homes hold, then what others hold;
 *             the rest is missing
 *   gather    ... until no slot is left
 * </pre>
 *
 * <p>A slot with more chunks than that is gathered and compared in parts.
 *
 * <p>Records come in the order of ids, so the chunks of a slot are sorted like a node's list, and
 * comparing is a merge. Memory is bounded by {@link #MAX_CHUNKS} and one node's list of one slot,
 * whatever the number of files.
 *
 * <p>Replicas that move during the census do not count as missing: a replica is at its new place
 * before it leaves the old one, and for what is left after all nodes were asked, all are asked
 * again, homes first. So a chunk that moved from a node not asked yet to one asked already is seen
 * there. A file that was removed or replaced during the census has no name when its chunks are
 * found missing, and does not count. Neither does a chunk that changes of files cut away from all of
 * them: nobody can read it. Chunks of open saves are in no record; their writers check
 * them. A file with an invalid path counts too, without its name. One thread.
 */
final class CensusPass {
    /** The most chunks gathered at once: about 20 MiB; ten million small files take four passes. */
    static final int MAX_CHUNKS = 3 << 20;

    private static final int PASSES = 2;

    private final LeaderView leaderView;
    private final Census.Source source;
    private final LeaderView.Situation situation;
    private final int maxChunks;
    private final Instant began = Instant.now();
    private final long[] weights = new long[Slot.COUNT];
    private final List<MissingChunk> named = new ArrayList<>();
    private long missing;
    private long bytes;

    private boolean weighed;
    private boolean scanning = true;
    private @Nullable FileId next;
    private int from;
    private int to;
    private int compared;
    private ChunkColumn[] columns = new ChunkColumn[0];

    /**
     * If only one slot is gathered, the last chunk of it that was compared; null before the first.
     */
    private @Nullable ChunkId after;

    /** Whether that slot has more chunks than fit. */
    private boolean full;

    private @Nullable FileId pathed;
    private Optional<RemotePath> path = Optional.empty();
    private boolean nameless;

    CensusPass(LeaderView leaderView, Census.Source source, LeaderView.Situation situation) {
        this(leaderView, source, situation, MAX_CHUNKS);
    }

    CensusPass(LeaderView leaderView, Census.Source source, LeaderView.Situation situation, int maxChunks) {
        this.leaderView = leaderView;
        this.source = source;
        this.situation = situation;
        this.maxChunks = maxChunks;
    }

    long event() {
        return situation.event();
    }

    /** The number of chunks in memory. */
    int gathered() {
        return Stream.of(columns).mapToInt(ChunkColumn::size).sum();
    }

    CensusReport report() {
        return new CensusReport(situation.event(), began, missing, bytes, named);
    }

    /**
     * Does one unit; false when all is done. Throws {@link TrivetException} if a node that must
     * answer does not.
     */
    boolean step() {
        if (scanning) {
            scan();
            return true;
        }
        while (compared < to) {
            int slot = compared++;
            ChunkColumn wanted = columns[slot - from];
            if (!wanted.isEmpty()) {
                compare(new Slot(slot), wanted);
                return true;
            }
        }
        if (full) {
            gatherRest(columns[0].last());
            return true;
        }
        return gatherNext();
    }

    /** Reads one page of records. */
    private void scan() {
        LeaderView.Page page = leaderView.contents(next);
        for (StoredContent content : page.contents()) {
            if (weighed) {
                gather(content);
            } else {
                content.chunks().forEach(range -> weigh(content, range));
            }
        }
        next = page.next();
        if (next == null || full) {
            scanning = false;
            weighed = true;
        }
    }

    private void weigh(StoredContent content, ChunkRange range) {
        int chunks = range.count();
        if (chunks >= Slot.COUNT) {
            for (int slot = 0; slot < Slot.COUNT; slot++) {
                weights[slot] += chunks / Slot.COUNT;
            }
        }
        for (int i = 0; i < chunks % Slot.COUNT; i++) {
            weights[content.slotOf(range.from() + i).number()]++;
        }
    }

    /**
     * Selects the next slots with chunks, together at most as many as fit, but at least one slot.
     * False if there are none.
     */
    private boolean gatherNext() {
        from = to;
        after = null;
        while (from < Slot.COUNT && weights[from] == 0) {
            from++;
        }
        if (from == Slot.COUNT) {
            to = from;
            return false;
        }
        long sum = weights[from];
        to = from + 1;
        while (to < Slot.COUNT && sum + weights[to] <= maxChunks) {
            sum += weights[to++];
        }
        gatherFrom(null);
        return true;
    }

    private void gatherRest(ChunkId last) {
        after = last;
        full = false;
        gatherFrom(last.file());
    }

    private void gatherFrom(@Nullable FileId file) {
        compared = from;
        next = file;
        columns = IntStream.range(from, to).mapToObj(_ -> new ChunkColumn()).toArray(ChunkColumn[]::new);
        scanning = true;
    }

    private void gather(StoredContent content) {
        if (content.count() <= to - from) {
            for (ChunkRange range : content.chunks()) {
                for (int number = range.from(); number <= range.to(); number++) {
                    int slot = content.slotOf(number).number();
                    if (slot >= from && slot < to) {
                        gather(slot, content, number);
                    }
                }
            }
            return;
        }
        for (int slot = from; slot < to; slot++) {
            int first = Math.floorMod(slot - content.first().number(), Slot.COUNT) + 1;
            for (ChunkRange range : content.chunks()) {
                long number = first + (long) Slot.COUNT * Math.max(0, Math.ceilDiv(range.from() - first, Slot.COUNT));
                for (; number <= range.to() && !full; number += Slot.COUNT) {
                    gather(slot, content, (int) number);
                }
            }
        }
    }

    private void gather(int slot, StoredContent content, int number) {
        ChunkId chunk = content.chunk(number);
        if (after != null && chunk.compareTo(after) <= 0) {
            return;
        }
        ChunkColumn column = columns[slot - from];
        full = full || (to == from + 1 && column.size() == maxChunks);
        if (!full) {
            column.add(chunk, content.length(number));
        }
    }

    private void compare(Slot slot, ChunkColumn wanted) {
        ChunkColumn left = wanted;
        pathed = null;
        for (int pass = 0; pass < PASSES; pass++) {
            for (NodeId node : inOrder(slot)) {
                if (left.isEmpty()) {
                    return;
                }
                left = left.without(source.held(node, slot));
            }
        }
        for (ChunkColumn.Reading missed = left.read(); missed.next(); ) {
            count(missed.chunk(), missed.length());
        }
    }

    private void count(ChunkId chunk, int length) {
        look(chunk.file());
        if ((path.isEmpty() && !nameless) || !leaderView.isInFile(chunk)) {
            return;
        }
        missing++;
        bytes += length;
        if (named.size() < CensusReport.MAX_NAMED) {
            path.ifPresent(known -> named.add(new MissingChunk(known, chunk)));
        }
    }

    /** Looks the path up once for consecutive missing chunks of a file. */
    private void look(FileId file) {
        if (file.equals(pathed)) {
            return;
        }
        pathed = file;
        nameless = false;
        try {
            path = leaderView.nameOf(file);
        } catch (TrivetException e) {
            if (e.kind() != Refusal.Kind.BAD_NAME) {
                throw e;
            }
            path = Optional.empty();
            nameless = true;
        }
    }

    /**
     * The homes in all published layouts, newest first, then other present nodes. A silent node
     * that is in no layout counts as holding nothing.
     */
    private Set<NodeId> inOrder(Slot slot) {
        Set<NodeId> nodes = new LinkedHashSet<>();
        situation.view().layouts().forEach(layout -> nodes.addAll(layout.homes(slot)));
        nodes.addAll(situation.present());
        nodes.removeIf(node -> !situation.present().contains(node)
                && !situation.view().layout().nodes().contains(node));
        return nodes;
    }
}
