package io.trivet.repair;

import io.trivet.chunk.ChunkStore;
import io.trivet.chunk.ChunkTrailer;
import io.trivet.chunk.StoredChunk;
import io.trivet.model.ChunkId;
import io.trivet.model.ClusterView;
import io.trivet.model.Layout;
import io.trivet.model.Refusal;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gives and keeps promises (rule 6).
 *
 * <p>A home promises chunks that it has just read back, at the newest layout version that it knows.
 * It breaks no promise as long as it lets go of nothing under an older version than it promised at;
 * under a later one it needs promises itself. The version need not survive a restart: before it
 * lets go, a node asks the quorum for the newest layout, in which every node that was just promised
 * something is a home.
 *
 * <pre>
 *   promise(v, slot):  note v; then read back, answer            (refused while the slot is being let go of)
 *   let go (v, slot):  only if nothing later than v was noted; then remove
 * </pre>
 *
 * <p>A lock protects the notes, but not reading and removing. Any thread.
 */
final class Promises {
    /** Reading for one request stops after the chunk that exceeds these bytes or this time. */
    private static final long ENOUGH_BYTES = 256L << 20;

    private static final Duration ENOUGH_TIME = Duration.ofSeconds(10);

    private final RepairContext repairContext;
    private final ChunkStore store;
    private final Runnable lacking;
    private final long[] promisedAt = new long[Slot.COUNT];
    private final boolean[] lettingGo = new boolean[Slot.COUNT];

    /**
     * {@code lacking} runs when another node offers a chunk that this node should have and lacks.
     */
    Promises(RepairContext repairContext, ChunkStore store, Runnable lacking) {
        this.repairContext = repairContext;
        this.store = store;
        this.lacking = lacking;
    }

    /**
     * Throws {@code STALE} unless both sides know the same newest layout and this node is a home of
     * the slot in it.
     */
    Reply.Promised promise(Request.PromiseToKeep asked) {
        requireHome(asked.layoutVersion(), asked.slot());
        note(asked.layoutVersion(), asked.slot());
        long begin = System.nanoTime();
        long read = 0;
        boolean complete = true;
        List<ChunkId> kept = new ArrayList<>();
        for (Reply.Held chunk : asked.chunks()) {
            if (read > ENOUGH_BYTES || System.nanoTime() - begin > ENOUGH_TIME.toNanos()) {
                break;
            }
            if (readsBack(chunk, asked.slot())) {
                kept.add(chunk.chunk());
                read += chunk.length();
            } else {
                complete = false;
            }
        }
        if (!complete) {
            lacking.run();
        }
        return new Reply.Promised(kept);
    }

    private void requireHome(long version, Slot slot) {
        Optional<Layout> newest =
                repairContext.view().filter(view -> !view.layouts().isEmpty()).map(ClusterView::layout);
        if (newest.isEmpty() || newest.get().version() != version) {
            throw stale(
                    version,
                    "this node knows layout "
                            + newest.map(layout -> Long.toString(layout.version()))
                                    .orElse("none"));
        }
        if (!newest.get().homes(slot).contains(repairContext.self())) {
            throw stale(version, repairContext.self() + " is no home of slot " + slot + " in it");
        }
    }

    private synchronized void note(long version, Slot slot) {
        if (lettingGo[slot.number()]) {
            throw TrivetException.of(Refusal.Kind.BUSY, "slot " + slot, "it is being let go of: ask again");
        }
        promisedAt[slot.number()] = Math.max(promisedAt[slot.number()], version);
    }

    private boolean readsBack(Reply.Held chunk, Slot slot) {
        try {
            StoredChunk wanted = SlotNames.stored(chunk);
            Optional<ChunkTrailer> there = store.find(chunk.chunk(), Sweeper.firstOf(chunk.chunk(), slot));
            return there.isPresent()
                    && there.get().stored().agreesWith(wanted)
                    && store.verify(chunk.chunk(), Sweeper.firstOf(chunk.chunk(), slot))
                            .stored()
                            .agreesWith(wanted);
        } catch (TrivetException _) {
            return false;
        }
    }

    /**
     * Runs {@code removal} and returns true, unless this node has promised something of the slot at
     * a later version, or knows a later layout.
     *
     * @param version of the layout at which all homes have promised
     */
    boolean letGo(long version, Slot slot, Runnable removal) {
        synchronized (this) {
            boolean newest = repairContext
                    .view()
                    .filter(view -> view.layout().version() == version)
                    .isPresent();
            if (!newest || promisedAt[slot.number()] > version || lettingGo[slot.number()]) {
                return false;
            }
            lettingGo[slot.number()] = true;
        }
        try {
            removal.run();
            return true;
        } finally {
            synchronized (this) {
                lettingGo[slot.number()] = false;
            }
        }
    }

    private static TrivetException stale(long version, String detail) {
        return TrivetException.of(Refusal.Kind.STALE, "layout " + version, detail);
    }
}
