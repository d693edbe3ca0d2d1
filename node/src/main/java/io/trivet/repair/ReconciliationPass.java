package io.trivet.repair;

import io.trivet.chunk.ChunkStore;
import io.trivet.model.AdminState;
import io.trivet.model.ChunkId;
import io.trivet.model.ClusterView;
import io.trivet.model.FileId;
import io.trivet.model.IdState;
import io.trivet.model.Layout;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
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
import java.util.NavigableMap;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the slots of which this node is a home with every other node, since each may be a home,
 * a former home, or a stand-in:
 *
 * <pre>
 *   list slots not known here -> ask each node for its digests, one message
 *     -> slot by slot: where they differ ask for names, ask the quorum what is alive,
 *                      tell {@link RepairQueue}
 * </pre>
 *
 * <p>It is complete when every node of the layout has answered for all these slots. It keeps the
 * names of one slot at a time in memory. One thread.
 */
final class ReconciliationPass {
    private static final Logger LOG = LoggerFactory.getLogger(ReconciliationPass.class);
    private static final Duration ASK_LIMIT = Duration.ofSeconds(10);
    private static final int LIST_TRIES = 5;
    private static final int MAX_CONFLICTS = 10_000;

    private final RepairContext repairContext;
    private final ChunkStore store;
    private final SlotDigests digests;
    private final FileStates fileStates;
    private final RepairQueue repairQueue;
    private final Map<Pair, Agreement> agreed;

    final boolean whole;
    final long event;
    final long beganNanos = System.nanoTime();
    final Layout layout;
    private final List<Slot> home;
    private final Deque<Slot> toList = new ArrayDeque<>();
    private final Deque<NodeId> toAsk = new ArrayDeque<>();
    private final Map<Slot, List<Comparison>> different = new HashMap<>();
    private final Deque<Slot> toCompare = new ArrayDeque<>();
    private final Set<NodeId> silent = new HashSet<>();
    private final Map<Slot, Set<NodeId>> unclear = new HashMap<>();
    private final Map<ChunkId, Slot> conflicts = new HashMap<>();
    private boolean comparing;
    private @Nullable String trouble;
    private int tries;

    /** A slot here and at another node. */
    record Pair(NodeId node, Slot slot) {}

    /** Digests that differ, although the other node holds nothing alive that is not here. */
    record Agreement(Reply.SlotDigest here, Reply.SlotDigest there) {}

    private record Comparison(Pair pair, Agreement digests) {}

    /**
     * The result, besides what is owed.
     *
     * @param silentCount replicas that silent homes should hold, counted by the first home that is
     *     not silent
     * @param trouble why it is not complete; null if it is
     */
    record Found(
            long silentCount,
            long silentBytes,
            Map<ChunkId, Slot> conflicts,
            @Nullable String trouble) {}

    /**
     * What a pass compares.
     *
     * @param agreed pairs that agreed are not listed again; the pass adds those it finds
     * @param whole whether that is all slots: then the pass has a result of its own
     */
    record Scope(List<Slot> slots, Map<Pair, Agreement> agreed, boolean whole) {
        static Scope all(Map<Pair, Agreement> agreed) {
            List<Slot> slots =
                    IntStream.range(0, Slot.COUNT).mapToObj(Slot::new).toList();
            return new Scope(slots, agreed, true);
        }

        /** Some slots, in which more is owed than is known in detail. */
        static Scope some(List<Slot> slots) {
            return new Scope(slots, new HashMap<>(), false);
        }
    }

    ReconciliationPass(
            RepairContext repairContext,
            ChunkStore store,
            SlotDigests digests,
            FileStates fileStates,
            RepairQueue repairQueue,
            ClusterView view,
            Scope scope) {
        this.repairContext = repairContext;
        this.store = store;
        this.digests = digests;
        this.fileStates = fileStates;
        this.repairQueue = repairQueue;
        this.agreed = scope.agreed();
        this.whole = scope.whole();
        this.event = repairContext.event();
        this.layout = view.layout();
        this.home = scope.slots().stream().filter(this::isHome).toList();
        // Also slots of other homes: this node may have chunks of them to hand back.
        toList.addAll(scope.slots());
        toCompare.addAll(home);
        view.nodes().stream()
                .filter(node -> node.standing() != AdminState.REMOVED)
                .map(Node::id)
                .filter(node -> !node.equals(repairContext.self()))
                .forEach(toAsk::add);
    }

    private boolean isHome(Slot slot) {
        return layout.homes(slot).contains(repairContext.self());
    }

    /** Does one unit; false if nothing is left to do. */
    boolean step() {
        if (!toList.isEmpty()) {
            list();
        } else if (!toAsk.isEmpty()) {
            ask(toAsk.remove());
        } else {
            return compareNext();
        }
        return true;
    }

    /** Skips slots that are known, and lists one that is not. */
    private void list() {
        while (!toList.isEmpty()) {
            Slot slot = toList.element();
            if (digests.isKnown(slot)) {
                toList.remove();
                continue;
            }
            tries++;
            if (isDisturbed(slot) && tries < LIST_TRIES) {
                return;
            }
            if (!digests.isKnown(slot) && trouble == null) {
                trouble = "slot " + slot + " changes too fast to be listed";
            }
            toList.remove();
            tries = 0;
            return;
        }
    }

    /** A slot that cannot be listed must not prevent the comparison of others. */
    private boolean isDisturbed(Slot slot) {
        try {
            return digests.list(slot, store) == SlotDigests.Listed.DISTURBED;
        } catch (TrivetException e) {
            trouble = "slot " + slot + " could not be listed: " + e.getMessage();
            return false;
        }
    }

    private void ask(NodeId node) {
        if (home.isEmpty()) {
            return;
        }
        try {
            if (!(repairContext.ask(node, new Request.GetDigests(home), ASK_LIMIT) instanceof Reply.Digests answer)
                    || answer.digests().size() != home.size()) {
                throw TrivetException.of(Refusal.Kind.BAD_REQUEST, node.toString(), "not the digests asked for");
            }
            for (int i = 0; i < home.size(); i++) {
                consider(new Pair(node, home.get(i)), answer.digests().get(i));
            }
        } catch (TrivetException e) {
            silent.add(node);
            if (layout.nodes().contains(node)) {
                trouble = node + " does not answer";
            }
        }
    }

    private void consider(Pair pair, Reply.SlotDigest there) {
        if (!there.known()) {
            unclear.computeIfAbsent(pair.slot(), _ -> new HashSet<>()).add(pair.node());
            if (layout.nodes().contains(pair.node())) {
                trouble = pair.node() + " has not listed its chunks yet";
            }
            return;
        }
        Agreement digests = new Agreement(this.digests.of(pair.slot()), there);
        if (there.count() > 0 && !digests.here().equals(there) && !digests.equals(agreed.get(pair))) {
            different.computeIfAbsent(pair.slot(), _ -> new ArrayList<>()).add(new Comparison(pair, digests));
        }
    }

    /** Handles the slots up to the next one whose names must be compared; false after the last. */
    private boolean compareNext() {
        if (whole && !comparing) {
            repairQueue.onlyIn(this::isHome);
        }
        comparing = true;
        while (!toCompare.isEmpty()) {
            Slot slot = toCompare.remove();
            List<Comparison> comparisons = different.remove(slot);
            if (comparisons != null) {
                compare(slot, comparisons);
                return true;
            }
            repairQueue.found(slot, List.of(), unheard(slot));
        }
        return false;
    }

    private Set<NodeId> unheard(Slot slot) {
        Set<NodeId> unheard = new HashSet<>(silent);
        unheard.addAll(unclear.getOrDefault(slot, Set.of()));
        return unheard;
    }

    private void compare(Slot slot, List<Comparison> comparisons) {
        NavigableMap<ChunkId, Reply.Held> here;
        try {
            here = SlotNames.here(store, slot);
        } catch (TrivetException e) {
            trouble = "slot " + slot + " could not be listed: " + e.getMessage();
            return;
        }
        Map<ChunkId, RepairQueue.Replica> lacking = new HashMap<>();
        Set<NodeId> unheard = unheard(slot);
        Set<NodeId> contested = new HashSet<>();
        for (Comparison comparison : comparisons) {
            NodeId node = comparison.pair.node();
            try {
                for (Reply.Held held : SlotNames.at(repairContext, node, slot)) {
                    if (!compare(slot, here.get(held.chunk()), held, node, lacking)) {
                        contested.add(node);
                    }
                }
            } catch (TrivetException e) {
                unheard.add(node);
                trouble = "slot " + slot + " could not be compared with " + node + ": " + e.getMessage();
            }
        }
        keepAlive(lacking);
        rememberAgreements(comparisons, lacking.values(), unheard, contested);
        repairQueue.found(slot, lacking.values(), unheard);
    }

    /** False if it is a conflict. */
    private boolean compare(
            Slot slot,
            Reply.@Nullable Held here,
            Reply.Held there,
            NodeId node,
            Map<ChunkId, RepairQueue.Replica> lacking) {
        if (here == null) {
            lacking.computeIfAbsent(there.chunk(), _ -> RepairQueue.lacking(slot, there, node))
                    .holders()
                    .add(node);
            return true;
        }
        if (here.agreesWith(there)) {
            return true;
        }
        if (conflicts.size() < MAX_CONFLICTS && conflicts.put(there.chunk(), slot) == null) {
            LOG.error("conflict chunk={} here={} there={} node={}", there.chunk(), here, there, node);
        }
        return false;
    }

    /**
     * Keeps only chunks that the quorum calls needed. Throws {@link TrivetException} if it does not
     * answer.
     */
    private void keepAlive(Map<ChunkId, RepairQueue.Replica> lacking) {
        Map<FileId, IdState> states = SurplusRemover.states(
                fileStates, lacking.keySet().stream().map(ChunkId::file).toList());
        lacking.keySet().removeIf(chunk -> !SurplusRemover.isNeeded(states.get(chunk.file()), chunk));
    }

    private void rememberAgreements(
            List<Comparison> comparisons,
            Collection<RepairQueue.Replica> lacking,
            Set<NodeId> unheard,
            Set<NodeId> contested) {
        Set<NodeId> open = new HashSet<>(unheard);
        open.addAll(contested);
        lacking.forEach(replica -> open.addAll(replica.holders()));
        for (Comparison comparison : comparisons) {
            if (!open.contains(comparison.pair.node())) {
                agreed.put(comparison.pair, comparison.digests);
            }
        }
    }

    Found end() {
        return new Found(
                sumOfSilent(Reply.SlotDigest::count),
                sumOfSilent(Reply.SlotDigest::bytes),
                Map.copyOf(conflicts),
                trouble);
    }

    /**
     * What silent homes of this node's slots should hold; each slot is counted by its first home
     * that is not silent.
     */
    private long sumOfSilent(java.util.function.ToLongFunction<Reply.SlotDigest> size) {
        long sum = 0;
        for (Slot slot : home) {
            List<NodeId> homes = layout.homes(slot);
            boolean first = homes.stream()
                    .filter(node -> !silent.contains(node))
                    .findFirst()
                    .filter(repairContext.self()::equals)
                    .isPresent();
            if (first) {
                sum += homes.stream().filter(silent::contains).count() * size.applyAsLong(digests.of(slot));
            }
        }
        return sum;
    }
}
