package io.trivet.repair;

import io.trivet.chunk.ChunkStore;
import io.trivet.model.ChunkId;
import io.trivet.model.ClusterView;
import io.trivet.model.IdState;
import io.trivet.model.Layout;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.Slot;
import io.trivet.model.Standing;
import io.trivet.model.TrivetException;
import io.trivet.wire.Reply;
import io.trivet.wire.Request;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One comparison of all slots of which this node is a home with every other node, since any of them may be a home, a former one, or a stand-in:
 *
 * <pre>
 *   list what is not known here -> ask each node for its digests, one message -> where they differ ask for names -> ask the quorum what is alive
 * </pre>
 *
 * It is complete when every node of the layout has answered for all these slots. One thread.
 */
final class Reconciliation {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciliation.class);
    private static final Duration ASK_LIMIT = Duration.ofSeconds(10);
    private static final int LIST_TRIES = 5;

    private final Surroundings surroundings;
    private final ChunkStore store;
    private final SlotDigests digests;
    private final Verdicts verdicts;
    private final Map<Pair, Agreement> agreed;

    final long event;
    final long beganNanos = System.nanoTime();
    final Layout layout;
    private final List<Slot> home;
    private final Deque<Slot> toList = new ArrayDeque<>();
    private final Deque<NodeId> toAsk = new ArrayDeque<>();
    private final Deque<Comparison> toCompare = new ArrayDeque<>();
    private final Map<ChunkId, Owed.Replica> lacking = new HashMap<>();
    private final List<Comparison> compared = new ArrayList<>();
    private final Set<NodeId> silent = new HashSet<>();
    private final Map<ChunkId, Slot> conflicts = new HashMap<>();
    private final Set<NodeId> unclear = new HashSet<>();
    private @Nullable String trouble;
    private int tries;

    /** A slot as it is here and at another node. */
    record Pair(NodeId node, Slot slot) {}

    /** Digests that differ and yet leave nothing to do: the other node holds nothing alive that is not here. */
    record Agreement(Reply.SlotDigest here, Reply.SlotDigest there) {}

    private record Comparison(Pair pair, Agreement digests) {}

    /**
     * What came of it.
     *
     * @param unheard the nodes that were asked and have not shown all they hold of these slots
     * @param silentCount replicas that silent homes should hold, counted by the first home that is not silent
     * @param trouble why it is not complete; null if it is
     */
    record Found(
            List<Owed.Replica> lacking,
            Set<NodeId> unheard,
            long silentCount,
            long silentBytes,
            Map<ChunkId, Slot> conflicts,
            @Nullable String trouble) {}

    Reconciliation(
            Surroundings surroundings,
            ChunkStore store,
            SlotDigests digests,
            Verdicts verdicts,
            Map<Pair, Agreement> agreed,
            ClusterView view) {
        this.surroundings = surroundings;
        this.store = store;
        this.digests = digests;
        this.verdicts = verdicts;
        this.agreed = agreed;
        this.event = surroundings.event();
        this.layout = view.layout();
        this.home = IntStream.range(0, Slot.COUNT)
                .mapToObj(Slot::new)
                .filter(this::isHome)
                .toList();
        // Those of other homes too: they are what this node may have to hand back.
        IntStream.range(0, Slot.COUNT).mapToObj(Slot::new).forEach(toList::add);
        view.nodes().stream()
                .filter(node -> node.standing() != Standing.REMOVED)
                .map(Node::id)
                .filter(node -> !node.equals(surroundings.self()))
                .forEach(toAsk::add);
    }

    /** Whether this node is a home of the slot. */
    boolean isHome(Slot slot) {
        return layout.homes(slot).contains(surroundings.self());
    }

    /** Does one unit; false when there is nothing left to do. */
    boolean step() {
        if (!toList.isEmpty()) {
            list();
        } else if (!toAsk.isEmpty()) {
            ask(toAsk.remove());
        } else if (!toCompare.isEmpty()) {
            compare(toCompare.remove());
        } else {
            return false;
        }
        return true;
    }

    /** Passes over all that is known, and lists one slot. */
    private void list() {
        while (!toList.isEmpty()) {
            Slot slot = toList.element();
            if (digests.isKnown(slot)) {
                toList.remove();
                continue;
            }
            tries++;
            boolean disturbed = digests.list(slot, store) == SlotDigests.Listed.DISTURBED;
            if (disturbed && tries < LIST_TRIES) {
                return;
            }
            if (disturbed) {
                trouble = "slot " + slot + " changes too fast to be listed";
            }
            toList.remove();
            tries = 0;
            return;
        }
    }

    private void ask(NodeId node) {
        if (home.isEmpty()) {
            return;
        }
        try {
            if (!(surroundings.ask(node, new Request.GetDigests(home), ASK_LIMIT) instanceof Reply.Digests answer)
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
            unclear.add(pair.node());
            if (layout.nodes().contains(pair.node())) {
                trouble = pair.node() + " has not listed its chunks yet";
            }
            return;
        }
        Agreement digests = new Agreement(this.digests.of(pair.slot()), there);
        if (there.count() > 0 && !digests.here().equals(there) && !digests.equals(agreed.get(pair))) {
            toCompare.add(new Comparison(pair, digests));
        }
    }

    private void compare(Comparison comparison) {
        NodeId node = comparison.pair.node();
        Slot slot = comparison.pair.slot();
        try {
            NavigableMap<ChunkId, Reply.Held> here = SlotNames.here(store, slot);
            for (Reply.Held held : SlotNames.at(surroundings, node, slot)) {
                compare(slot, here.get(held.chunk()), held, node);
            }
            compared.add(comparison);
        } catch (TrivetException e) {
            unclear.add(node);
            trouble = "slot " + slot + " could not be compared with " + node + ": " + e.getMessage();
        }
    }

    private void compare(Slot slot, Reply.@Nullable Held here, Reply.Held there, NodeId node) {
        if (here == null) {
            lacking.computeIfAbsent(there.chunk(), _ -> Owed.lacking(slot, there, node))
                    .holders()
                    .add(node);
        } else if (!here.equals(there) && conflicts.put(there.chunk(), slot) == null) {
            LOG.error("conflict chunk={} here={} there={} node={}", there.chunk(), here, there, node);
        }
    }

    /** Asks the quorum which of the lacking chunks anybody wants; empty if it does not answer. */
    Optional<Found> end() {
        Map<io.trivet.model.FileId, IdState> states;
        try {
            states = LettingGo.states(
                    verdicts, lacking.keySet().stream().map(ChunkId::file).toList());
        } catch (TrivetException e) {
            LOG.warn("not reconciled cause=\"{}\"", e.getMessage());
            return Optional.empty();
        }
        lacking.keySet().removeIf(chunk -> !(states.get(chunk.file()) instanceof IdState.Alive));
        rememberAgreements();
        Set<NodeId> unheard = new HashSet<>(silent);
        unheard.addAll(unclear);
        return Optional.of(new Found(
                List.copyOf(lacking.values()),
                unheard,
                sumOfSilent(Reply.SlotDigest::count),
                sumOfSilent(Reply.SlotDigest::bytes),
                Map.copyOf(conflicts),
                trouble));
    }

    private void rememberAgreements() {
        Set<Pair> open = new HashSet<>();
        lacking.values()
                .forEach(replica -> replica.holders().forEach(node -> open.add(new Pair(node, replica.slot()))));
        for (Comparison comparison : compared) {
            if (!open.contains(comparison.pair) && conflicts.isEmpty()) {
                agreed.put(comparison.pair, comparison.digests);
            }
        }
    }

    /** What silent homes of this node's slots should hold, as far as this node is the first of the others. */
    private long sumOfSilent(java.util.function.ToLongFunction<Reply.SlotDigest> size) {
        long sum = 0;
        for (Slot slot : home) {
            List<NodeId> homes = layout.homes(slot);
            boolean first = homes.stream()
                    .filter(node -> !silent.contains(node))
                    .findFirst()
                    .filter(surroundings.self()::equals)
                    .isPresent();
            if (first) {
                sum += homes.stream().filter(silent::contains).count() * size.applyAsLong(digests.of(slot));
            }
        }
        return sum;
    }
}
