package io.trivet.repair;

import io.trivet.chunk.ChunkStore;
import io.trivet.model.ChunkId;
import io.trivet.model.ClusterView;
import io.trivet.model.FileId;
import io.trivet.model.IdState;
import io.trivet.model.Layout;
import io.trivet.model.NodeId;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands back what this node holds for others, as a stand-in or because a layout took the slot away.
 * Drops a replica only when every home of the newest layout has promised to keep it (rule 6). Homes
 * find such a replica by the digest, and the request for a promise reminds them. One thread works.
 */
final class SurplusRemover implements Chore {
    private static final Logger LOG = LoggerFactory.getLogger(SurplusRemover.class);
    private static final Duration POLL = Duration.ofMillis(200);

    /** A home reads back for 10 s and one more chunk per request. */
    private static final Duration PROMISE_LIMIT = Duration.ofMinutes(2);

    private final RepairContext repairContext;
    private final ChunkStore store;
    private final SlotDigests digests;
    private final Promises promises;
    private final FileStates fileStates;
    private final RepairSettings settings;
    private final LogRateLimit notHandedBack = new LogRateLimit();
    private @Nullable Pass pass;
    private long passedNanos;
    private long tried;
    private int passes;
    private volatile Result result = new Result(0, 0, -1);

    /** The result of the last pass: {@code surplus} chunks of live files, -1 if unknown. */
    record Result(long event, long layoutVersion, long surplus) {}

    SurplusRemover(
            RepairContext repairContext,
            ChunkStore store,
            SlotDigests digests,
            Promises promises,
            FileStates fileStates,
            RepairSettings settings) {
        this.repairContext = repairContext;
        this.store = store;
        this.digests = digests;
        this.promises = promises;
        this.fileStates = fileStates;
        this.settings = settings;
    }

    /**
     * Replicas that this node could not hand back yet; -1 unless a pass has ended since the last
     * event.
     */
    long surplus() {
        Result last = result;
        return last.event == repairContext.event() ? last.surplus : -1;
    }

    /** The number of passes that have ended. */
    int passes() {
        return passes;
    }

    @Override
    public Duration step() {
        Pass now = pass;
        if (now == null) {
            return isDue() ? begin() : POLL;
        }
        Slot slot = now.slots.poll();
        if (slot == null) {
            end(now);
            return POLL;
        }
        try {
            now.handBack(slot);
        } catch (TrivetException e) {
            notHandedBack
                    .pass("")
                    .ifPresent(unlogged -> LOG.warn(
                            "not handed back slot={} cause=\"{}\" unlogged={}", slot, e.getMessage(), unlogged));
        }
        return Duration.ZERO;
    }

    private boolean isDue() {
        Duration rest = result.surplus == 0 ? settings.roundEvery() : settings.retryEvery();
        return repairContext.event() != tried || System.nanoTime() - passedNanos > rest.toNanos();
    }

    /**
     * Begins a pass at the newest layout of the quorum, because a node that was away must not act
     * on an old one.
     */
    private Duration begin() {
        passedNanos = System.nanoTime();
        long event = repairContext.event();
        if (event == 0) {
            return POLL;
        }
        ClusterView newest = repairContext.newestView();
        boolean current = repairContext
                .view()
                .filter(view -> !view.layouts().isEmpty()
                        && view.layout().version() == newest.layout().version())
                .isPresent();
        if (!current) {
            return POLL;
        }
        tried = event;
        pass = new Pass(event, newest.layout());
        return Duration.ZERO;
    }

    private void end(Pass ended) {
        pass = null;
        passes++;
        passedNanos = System.nanoTime();
        result = new Result(ended.event, ended.layout.version(), ended.surplus());
    }

    /** One pass over everything that this node holds for others. */
    private final class Pass {
        private final long event;
        private final Layout layout;
        private final Deque<Slot> slots = new ArrayDeque<>();
        private long surplus;
        private boolean complete = true;

        Pass(long event, Layout layout) {
            this.event = event;
            this.layout = layout;
            for (int number = 0; number < Slot.COUNT; number++) {
                Slot slot = new Slot(number);
                Reply.SlotDigest digest = digests.of(slot);
                if (!layout.homes(slot).contains(repairContext.self()) && (!digest.known() || digest.count() > 0)) {
                    slots.add(slot);
                }
            }
        }

        /** If it ends early, the pass is incomplete: something may be left. */
        void handBack(Slot slot) {
            boolean wasComplete = complete;
            complete = false;
            know(slot);
            if (digests.of(slot).count() > 0) {
                List<Reply.Held> held = List.copyOf(SlotNames.here(store, slot).values());
                List<ChunkId> kept = new ArrayList<>();
                for (int from = 0; from < held.size(); from += Request.MAX_PROMISED) {
                    kept.addAll(handBack(slot, held.subList(from, Math.min(held.size(), from + Request.MAX_PROMISED))));
                }
                know(slot);
                surplus += alive(kept);
            }
            complete = wasComplete && digests.isKnown(slot);
        }

        /**
         * Lists a slot that is unknown after chunks were handed back. Otherwise the surplus would
         * stay unknown until the next slow round.
         */
        private void know(Slot slot) {
            if (!digests.isKnown(slot)) {
                digests.list(slot, store);
            }
        }

        /**
         * Asks each home for promises of what the previous ones have promised. Returns the chunks
         * that stay.
         */
        private List<ChunkId> handBack(Slot slot, List<Reply.Held> batch) {
            List<Reply.Held> promised = batch;
            try {
                for (NodeId home : layout.homes(slot)) {
                    promised = promised.isEmpty() ? promised : promisedBy(home, slot, promised);
                }
            } catch (TrivetException e) {
                LOG.debug("not handed back slot={} cause=\"{}\"", slot, e.getMessage());
                promised = List.of();
            }
            List<Reply.Held> going = promised;
            boolean gone = !going.isEmpty() && promises.letGo(layout.version(), slot, () -> remove(slot, going));
            return batch.stream()
                    .filter(chunk -> !gone || !going.contains(chunk))
                    .map(Reply.Held::chunk)
                    .toList();
        }

        private List<Reply.Held> promisedBy(NodeId home, Slot slot, List<Reply.Held> chunks) {
            Request.PromiseToKeep request = new Request.PromiseToKeep(layout.version(), slot, chunks);
            if (!(repairContext.ask(home, request, PROMISE_LIMIT) instanceof Reply.Promised promised)) {
                throw TrivetException.of(Refusal.Kind.BAD_REQUEST, home.toString(), "not a promise");
            }
            Set<ChunkId> kept = new HashSet<>(promised.chunks());
            return chunks.stream().filter(chunk -> kept.contains(chunk.chunk())).toList();
        }

        private void remove(Slot slot, List<Reply.Held> chunks) {
            for (Reply.Held chunk : chunks) {
                store.remove(chunk.chunk(), Sweeper.firstOf(chunk.chunk(), slot));
                LOG.info("handed back chunk={} slot={} homes={}", chunk.chunk(), slot, layout.homes(slot));
            }
        }

        /**
         * Counts chunks of live files. Those of dead ids, and those that no file has, belong to the
         * sweeper, those of unknown ids need an operator.
         */
        private long alive(List<ChunkId> kept) {
            Map<FileId, IdState> states =
                    states(fileStates, kept.stream().map(ChunkId::file).toList());
            return kept.stream()
                    .filter(chunk -> isNeeded(states.get(chunk.file()), chunk))
                    .count();
        }

        long surplus() {
            return complete ? surplus : -1;
        }
    }

    /** Whether a file has this chunk, or may still get it, as the quorum says. */
    static boolean isNeeded(@Nullable IdState state, ChunkId chunk) {
        return state instanceof IdState.Alive alive && alive.needs(chunk.number());
    }

    /** The quorum's states of any number of files. */
    static Map<FileId, IdState> states(FileStates fileStates, Collection<FileId> files) {
        List<FileId> ids = files.stream().distinct().toList();
        Map<FileId, IdState> states = new HashMap<>();
        for (int from = 0; from < ids.size(); from += Query.MAX_IDS_WITH_CHUNKS) {
            List<FileId> page = ids.subList(from, Math.min(ids.size(), from + Query.MAX_IDS_WITH_CHUNKS));
            QueryResult.IdStates answer = fileStates.of(page);
            for (int i = 0; i < page.size(); i++) {
                states.put(page.get(i), answer.states().get(i));
            }
        }
        return states;
    }
}
