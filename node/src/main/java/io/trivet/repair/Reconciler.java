package io.trivet.repair;

import io.trivet.chunk.ChunkStore;
import io.trivet.model.ChunkId;
import io.trivet.model.ClusterView;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Anti-entropy: compares this node's slots with those of the other nodes after every event of the
 * cluster, when a replica was reported missing, while anything is owed, and periodically. In
 * between it lists one slot at a time from disk, so that vanished replicas are noticed. One thread
 * works; any may wake it.
 */
final class Reconciler implements Chore {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
    private static final Duration POLL = Duration.ofMillis(100);

    /** Every slot is listed again once in this time. */
    private static final Duration LIST_ALL = Duration.ofHours(24);

    private static final int FORGET_AGREEMENTS_AFTER = 20;

    private final RepairContext repairContext;
    private final ChunkStore store;
    private final SlotDigests digests;
    private final FileStates fileStates;
    private final RepairQueue repairQueue;
    private final RepairSettings settings;
    private final Map<ReconciliationPass.Pair, ReconciliationPass.Agreement> agreed = new HashMap<>();
    private final LogRateLimit notReconciled = new LogRateLimit();
    private volatile boolean wanted = true;
    private volatile State state = State.NONE;
    private volatile Map<ChunkId, Slot> conflicts = Map.of();
    private @Nullable ReconciliationPass running;
    private long endedNanos = System.nanoTime();
    private long listedNanos = System.nanoTime();
    private int nextToList;
    private int rounds;
    private int ended;
    private long triedEvent;
    private long triedLayout;

    /**
     * The result of the newest reconciliation. If it was not complete, nothing counts as checked.
     *
     * @param event in force when the last reconciliation began; 0 if it was not complete, and
     *     before the first
     * @param silentSinceNanos since when homes that should hold something are silent
     */
    record State(
            long event,
            long layoutVersion,
            long beganNanos,
            long silentCount,
            long silentBytes,
            Optional<Long> silentSinceNanos,
            long conflicts,
            String trouble) {
        static final State NONE = new State(0, 0, System.nanoTime(), 0, 0, Optional.empty(), 0, "it has just started");

        State unfinished(String why) {
            return new State(0, layoutVersion, beganNanos, silentCount, silentBytes, silentSinceNanos, conflicts, why);
        }
    }

    Reconciler(
            RepairContext repairContext,
            ChunkStore store,
            SlotDigests digests,
            FileStates fileStates,
            RepairQueue repairQueue,
            RepairSettings settings) {
        this.repairContext = repairContext;
        this.store = store;
        this.digests = digests;
        this.fileStates = fileStates;
        this.repairQueue = repairQueue;
        this.settings = settings;
    }

    /** The number of reconciliations that have ended, complete or not. */
    int rounds() {
        return ended;
    }

    State state() {
        return state;
    }

    /**
     * The chunks of which another node held other bytes at the last comparison, with their slots.
     */
    Map<ChunkId, Slot> conflicts() {
        return conflicts;
    }

    /** Requests a reconciliation soon, because something happened. */
    void wake() {
        wanted = true;
    }

    @Override
    public Duration step() {
        ReconciliationPass now = running;
        if (now == null) {
            return isDue() ? begin() : lookForMore();
        }
        try {
            if (!now.step()) {
                end(now);
            }
        } catch (TrivetException e) {
            abandon(now, String.valueOf(e.getMessage()));
            notReconciled
                    .pass("")
                    .ifPresent(
                            unlogged -> LOG.warn("not reconciled cause=\"{}\" unlogged={}", e.getMessage(), unlogged));
        } catch (RuntimeException | Error e) {
            abandon(now, "a fault of the program: " + e);
            throw e;
        }
        return Duration.ZERO;
    }

    private void abandon(ReconciliationPass done, String why) {
        running = null;
        if (!done.whole) {
            return;
        }
        ended++;
        endedNanos = System.nanoTime();
        state = state.unfinished(why);
    }

    private boolean isDue() {
        if (repairContext.event() != triedEvent || layoutVersion() != triedLayout) {
            return true;
        }
        boolean settled =
                repairQueue.isEmpty() && state.trouble.isEmpty() && state.event == repairContext.event() && !wanted;
        Duration rest = settled || repairQueue.hasMore() ? settings.roundEvery() : settings.retryEvery();
        return System.nanoTime() - endedNanos > rest.toNanos();
    }

    private long layoutVersion() {
        return repairContext
                .view()
                .filter(view -> !view.layouts().isEmpty())
                .map(view -> view.layout().version())
                .orElse(0L);
    }

    private Duration begin() {
        Optional<ClusterView> view =
                repairContext.view().filter(known -> !known.layouts().isEmpty());
        if (view.isEmpty()) {
            return POLL;
        }
        if (repairContext.event() != triedEvent || rounds++ % FORGET_AGREEMENTS_AFTER == 0) {
            agreed.clear();
        }
        wanted = false;
        triedEvent = repairContext.event();
        triedLayout = view.get().layout().version();
        running = pass(view.get(), ReconciliationPass.Scope.all(agreed));
        return Duration.ZERO;
    }

    private ReconciliationPass pass(ClusterView view, ReconciliationPass.Scope scope) {
        return new ReconciliationPass(repairContext, store, digests, fileStates, repairQueue, view, scope);
    }

    /**
     * Compares again some slots in which more is owed than is known in detail; if there are none,
     * lists a slot.
     */
    private Duration lookForMore() {
        Optional<ClusterView> view =
                repairContext.view().filter(known -> !known.layouts().isEmpty());
        List<Slot> slots = view.isEmpty() ? List.of() : repairQueue.slotsToCompare();
        if (slots.isEmpty()) {
            return listOne();
        }
        running = pass(view.get(), ReconciliationPass.Scope.some(slots));
        return Duration.ZERO;
    }

    private void end(ReconciliationPass done) {
        running = null;
        if (!done.whole) {
            return;
        }
        ReconciliationPass.Found found = done.end();
        ended++;
        endedNanos = System.nanoTime();
        conflicts = found.conflicts();
        State before = state;
        boolean complete = found.trouble() == null;
        state = new State(
                complete ? done.event : 0,
                complete ? done.layout.version() : before.layoutVersion,
                complete ? done.beganNanos : before.beganNanos,
                found.silentCount(),
                found.silentBytes(),
                found.silentCount() == 0
                        ? Optional.empty()
                        : before.silentSinceNanos.or(() -> Optional.of(done.beganNanos)),
                found.conflicts().size(),
                complete ? "" : String.valueOf(found.trouble()));
    }

    private Duration listOne() {
        if (System.nanoTime() - listedNanos < LIST_ALL.toNanos() / Slot.COUNT) {
            return POLL;
        }
        listedNanos = System.nanoTime();
        check(new Slot(nextToList));
        nextToList = (nextToList + 1) % Slot.COUNT;
        return Duration.ZERO;
    }

    /**
     * Lists a slot whose content is in doubt; chunks that are missing from it are a loss (rule 7).
     * A slot that cannot be listed is unknown from then on. Any thread.
     */
    void check(Slot slot) {
        try {
            if (digests.list(slot, store) == SlotDigests.Listed.DIFFERS) {
                repairContext.lost("slot " + slot + " holds other chunks than this node stored");
                wake();
            }
        } catch (TrivetException e) {
            notReconciled
                    .pass(slot)
                    .ifPresent(unlogged -> LOG.warn(
                            "slot not listed slot={} cause=\"{}\" unlogged={}", slot, e.getMessage(), unlogged));
            wake();
        }
    }
}
