package io.trivet.repair;

import io.trivet.chunk.ChunkStore;
import io.trivet.model.ChunkId;
import io.trivet.model.NodeId;
import io.trivet.model.RepairReport;
import io.trivet.model.Slot;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Repair as the node sees it: its answers to other nodes, its report, and its chores. Any thread.
 */
public final class Repair implements AutoCloseable {
    static final int PULLERS = 2;

    private final RepairContext repairContext;
    private final RepairSettings settings;
    private final ChunkStore store;
    private final SlotDigests digests;
    private final RepairQueue repairQueue = new RepairQueue();
    private final ThroughputMeter throughputMeter = new ThroughputMeter();
    private final Promises promises;
    private final Reconciler reconciler;
    private final SurplusRemover surplusRemover;
    private final ConflictResolver conflictResolver;
    private final List<ChoreThread> threads = new ArrayList<>();
    private final List<Chore> pullers;
    private final long boot = ThreadLocalRandom.current().nextLong();

    public Repair(
            RepairContext repairContext,
            ChunkStore store,
            SlotDigests digests,
            FileStates fileStates,
            RepairSettings settings) {
        this.repairContext = repairContext;
        this.settings = settings;
        this.store = store;
        this.digests = digests;
        this.reconciler = new Reconciler(repairContext, store, digests, fileStates, repairQueue, settings);
        this.promises = new Promises(repairContext, store, reconciler::wake);
        this.conflictResolver = new ConflictResolver(repairContext, store, reconciler::wake);
        this.surplusRemover = new SurplusRemover(repairContext, store, digests, promises, fileStates, settings);
        long share = Math.max(1, settings.bytesPerSecond() / PULLERS);
        this.pullers = Stream.<Chore>generate(
                        () -> new Puller(repairContext, store, repairQueue, throughputMeter, share))
                .limit(PULLERS)
                .toList();
    }

    /**
     * Asks a node what it holds of a slot. Throws {@code TrivetException} if it does not answer.
     */
    public List<Reply.Held> held(NodeId node, Slot slot) {
        return node.equals(repairContext.self())
                ? List.copyOf(SlotNames.here(store, slot).values())
                : SlotNames.at(repairContext, node, slot);
    }

    /** Starts the chores, each on a thread of its own. */
    public void start(String name) {
        threads.add(new ChoreThread(name + "-reconcile", reconciler));
        threads.add(new ChoreThread(name + "-hand-back", surplusRemover));
        threads.add(new ChoreThread(name + "-settle", this::settle));
        for (int i = 0; i < pullers.size(); i++) {
            threads.add(new ChoreThread(name + "-pull-" + i, pullers.get(i)));
        }
    }

    public Reply.Digests digests(Request.GetDigests request) {
        return new Reply.Digests(request.slots().stream().map(digests::of).toList());
    }

    public Reply.Names names(Request.ListSlot request) {
        return SlotNames.page(store, request);
    }

    /**
     * Throws {@code STALE} unless this node is a home of the slot in the layout of that version,
     * and knows no newer one (rule 6).
     */
    public Reply.Promised promise(Request.PromiseToKeep request) {
        return promises.promise(request);
    }

    /**
     * Another node holds other bytes of this chunk, or found this node's bad: resolves the
     * conflict.
     */
    public void suspect(ChunkId chunk, Slot slot) {
        conflictResolver.suspect(chunk, slot);
    }

    /**
     * Resolves conflicts. When there is nothing to do, checks again those that reconciliation
     * found.
     */
    private Duration settle() {
        Duration rest = conflictResolver.step();
        if (rest.isPositive()) {
            reconciler.conflicts().forEach(conflictResolver::suspect);
        }
        return reconciler.conflicts().isEmpty() ? rest : settings.retryEvery();
    }

    /** A replica of this slot was reported bad or missing. */
    public void check(Slot slot) {
        reconciler.check(slot);
        reconciler.wake();
    }

    /** This node's report; {@code wasHome}: whether the node was in a layout before. */
    public RepairReport report(boolean wasHome) {
        Reconciler.State state = reconciler.state();
        RepairQueue.Total total = repairQueue.total();
        return new RepairReport(
                boot,
                state.event(),
                state.layoutVersion(),
                secondsSince(state.beganNanos()),
                total.count() + state.silentCount(),
                total.bytes() + state.silentBytes(),
                Math.max(secondsSince(total.sinceNanos()), secondsSince(state.silentSinceNanos())),
                surplusRemover.surplus(),
                state.conflicts(),
                throughputMeter.bytesPerSecond(),
                wasHome,
                state.trouble());
    }

    /** Bytes of replicas that this node has pulled since it started. */
    public long pulledBytes() {
        return throughputMeter.bytes();
    }

    private static long secondsSince(Optional<Long> nanos) {
        return nanos.map(Repair::secondsSince).orElse(0L);
    }

    private static long secondsSince(long nanos) {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - nanos);
    }

    @Override
    public void close() {
        threads.forEach(ChoreThread::close);
    }
}
