package io.trivet.placement;

import io.trivet.model.ChunkId;
import io.trivet.model.Layout;
import io.trivet.model.NodeId;
import io.trivet.model.Slot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Every node, in the order in which to request a chunk. Homes take turns, so that all carry load.
 * If one is known to be down, the whole chain shifts and every other node reads a little more,
 * instead of its neighbours twice as much ({@link ReadShares}).
 *
 * <p>An immutable snapshot of which nodes can be reached, for any number of threads; rebuilt in
 * about a millisecond when that changes. If it is wrong, a read costs an extra attempt but does not
 * fail, because the order contains all nodes.
 */
public final class ReadOrder {
    private final List<Layout> layouts;
    private final List<NodeId> nodes;
    private final Set<NodeId> unreachable;
    private final ReadShares shares;
    private final int round;

    /**
     * @param layouts the published layouts, newest first; at least one
     * @param nodes all nodes of the cluster
     * @param reachable called once for every node; true for unknown
     */
    public ReadOrder(List<Layout> layouts, Collection<NodeId> nodes, Predicate<NodeId> reachable) {
        this.layouts = List.copyOf(layouts);
        this.nodes = List.copyOf(nodes);
        this.unreachable = nodes.stream().filter(reachable.negate()).collect(Collectors.toUnmodifiableSet());
        Set<NodeId> open = nodes.stream().filter(reachable).collect(Collectors.toSet());
        Layout newest = layouts.getFirst();
        this.shares = ReadShares.of(newest, open::contains);
        this.round = newest.nodes().size();
    }

    /**
     * The home whose turn it is, the other reachable homes, the other reachable candidates, and
     * last all unreachable nodes.
     *
     * @param slot of the chunk
     * @param reader any number that differs between readers, so that they do not all begin with the
     *     same replica
     * @return a permutation of all nodes
     */
    public List<NodeId> of(Slot slot, ChunkId chunk, long reader) {
        List<NodeId> candidates = SlotCandidates.of(slot, layouts, nodes);
        List<NodeId> order = new ArrayList<>(candidates.size());
        order.addAll(homesInTurn(slot, turn(chunk, reader)));
        candidates.stream()
                .filter(node -> !unreachable.contains(node) && !order.contains(node))
                .forEach(order::add);
        candidates.stream().filter(unreachable::contains).forEach(order::add);
        return List.copyOf(order);
    }

    /** The reachable homes, beginning with the one into whose share the turn falls. */
    private List<NodeId> homesInTurn(Slot slot, double turn) {
        List<NodeId> homes = shares.homes(slot);
        int first = shares.pick(slot, turn);
        List<NodeId> order = new ArrayList<>(homes.subList(first, homes.size()));
        order.addAll(homes.subList(0, first));
        return order;
    }

    /**
     * From 0 to below 1. The start depends on file and reader. It stays the same for a round of as
     * many chunks as there are nodes, which visits every link of the chain and so every node once.
     * Then it advances by the golden ratio, so that a few rounds use the shares about as evenly as
     * many.
     */
    private double turn(ChunkId chunk, long reader) {
        long file = HashMixer.mix(chunk.file().epoch(), chunk.file().counter());
        long rounds = (chunk.number() - 1L) / round;
        return HashMixer.fraction(HashMixer.mix(file, reader) + rounds * HashMixer.GOLDEN);
    }
}
