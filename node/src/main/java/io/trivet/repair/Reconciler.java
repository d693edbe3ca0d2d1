package io.trivet.repair;

import io.trivet.chunk.ChunkStore;
import io.trivet.model.ChunkId;
import io.trivet.model.ClusterView;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares this node's slots with those of the others, again and again: after every event of the cluster, when somebody found a replica missing, while
 * anything is owed, and in a slow round. In between it lists one slot at a time anew, so that a replica that vanished from its disk is missed. One
 * thread works; any may wake it.
 */
final class Reconciler implements Chore {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
    private static final Duration POLL = Duration.ofMillis(100);

    /** Every slot is listed anew once in this time. */
    private static final Duration LIST_ALL = Duration.ofHours(24);

    private static final int FORGET_AGREEMENTS_AFTER = 20;

    private final Surroundings surroundings;
    private final ChunkStore store;
    private final SlotDigests digests;
    private final Verdicts verdicts;
    private final Owed owed;
    private final RepairSettings settings;
    private final Map<Reconciliation.Pair, Reconciliation.Agreement> agreed = new HashMap<>();
    private volatile boolean wanted = true;
    private volatile State state = State.NONE;
    private volatile Map<ChunkId, Slot> conflicts = Map.of();
    private @Nullable Reconciliation running;
    private long endedNanos = System.nanoTime();
    private long listedNanos = System.nanoTime();
    private int nextToList;
    private int rounds;
    private int ended;
    private long triedEvent;
    private long triedLayout;

    /**
     * Where it stands.
     *
     * @param event in force when the last complete reconciliation began; 0 before the first, and since a later one missed what silent homes hold
     * @param silentSinceNanos since when homes are silent that should hold something
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
    }

    Reconciler(
            Surroundings surroundings,
            ChunkStore store,
            SlotDigests digests,
            Verdicts verdicts,
            Owed owed,
            RepairSettings settings) {
        this.surroundings = surroundings;
        this.store = store;
        this.digests = digests;
        this.verdicts = verdicts;
        this.owed = owed;
        this.settings = settings;
    }

    /** Reconciliations that have ended, complete or not. */
    int rounds() {
        return ended;
    }

    State state() {
        return state;
    }

    /** The chunks of which another node held other bytes when they were compared last, with their slots. */
    Map<ChunkId, Slot> conflicts() {
        return conflicts;
    }

    /** Something happened: look soon. */
    void wake() {
        wanted = true;
    }

    @Override
    public Duration step() {
        Reconciliation now = running;
        if (now == null) {
            return isDue() ? begin() : listOne();
        }
        try {
            if (!now.step()) {
                running = null;
                endedNanos = System.nanoTime();
                now.end().ifPresentOrElse(found -> end(now, found), this::wake);
            }
        } catch (TrivetException e) {
            running = null;
            endedNanos = System.nanoTime();
            LOG.warn("not reconciled cause=\"{}\"", e.getMessage());
        }
        return Duration.ZERO;
    }

    private boolean isDue() {
        if (surroundings.event() != triedEvent || layoutVersion() != triedLayout) {
            return true;
        }
        boolean settled = owed.isEmpty() && state.trouble.isEmpty() && state.event == surroundings.event() && !wanted;
        Duration rest = settled ? settings.roundEvery() : settings.retryEvery();
        return System.nanoTime() - endedNanos > rest.toNanos();
    }

    private long layoutVersion() {
        return surroundings
                .view()
                .filter(view -> !view.layouts().isEmpty())
                .map(view -> view.layout().version())
                .orElse(0L);
    }

    private Duration begin() {
        Optional<ClusterView> view =
                surroundings.view().filter(known -> !known.layouts().isEmpty());
        if (view.isEmpty()) {
            return POLL;
        }
        if (surroundings.event() != triedEvent || rounds++ % FORGET_AGREEMENTS_AFTER == 0) {
            agreed.clear();
        }
        wanted = false;
        triedEvent = surroundings.event();
        triedLayout = view.get().layout().version();
        running = new Reconciliation(surroundings, store, digests, verdicts, agreed, view.get());
        return Duration.ZERO;
    }

    private void end(Reconciliation done, Reconciliation.Found found) {
        ended++;
        owed.found(found.lacking(), done::isHome, found.unheard());
        conflicts = found.conflicts();
        State before = state;
        boolean complete = found.trouble() == null;
        state = new State(
                complete ? done.event : found.silentCount() > 0 ? 0 : before.event,
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

    /** Lists a slot whose contents are in doubt; what is gone from it is a loss (rule 7). Any thread. */
    void check(Slot slot) {
        if (digests.list(slot, store) == SlotDigests.Listed.DIFFERS) {
            surroundings.lost("slot " + slot + " holds other chunks than this node stored");
            wake();
        }
    }
}
