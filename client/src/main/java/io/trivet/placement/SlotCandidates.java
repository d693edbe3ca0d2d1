package io.trivet.placement;

import io.trivet.model.Layout;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Every node, in the order in which chunks of a slot are stored. A writer takes the first R that
 * can be reached. So the stand-in for a home that is down follows from the slot, and a reader looks
 * there next.
 */
public final class SlotCandidates {
    private SlotCandidates() {}

    /**
     * The homes of the newest layout, then those of earlier ones, then all other nodes by
     * rendezvous hashing: the highest hash of (slot, node) first. So each slot has its own order,
     * the stand-ins for a dead node are spread over all others, and a node that joins or leaves
     * does not change the order of the others.
     *
     * @param layouts the published layouts, newest first
     * @param nodes all nodes of the cluster; a home that is not among them has left and is skipped
     * @return a permutation of {@code nodes}
     */
    public static List<NodeId> of(Slot slot, List<Layout> layouts, Collection<NodeId> nodes) {
        Set<NodeId> others = new HashSet<>(nodes);
        Set<NodeId> order = new LinkedHashSet<>();
        for (Layout layout : layouts) {
            for (NodeId home : layout.homes(slot)) {
                if (others.remove(home)) {
                    order.add(home);
                }
            }
        }
        others.stream().sorted(byHash(slot)).forEach(order::add);
        return List.copyOf(order);
    }

    /**
     * The nodes that get a new chunk: the first R candidates that can be reached, where R is that
     * of the newest layout.
     *
     * @throws TrivetException {@link Refusal.Kind#TOO_FEW_NODES} if fewer than R can be reached
     */
    public static List<NodeId> writers(
            Slot slot, List<Layout> layouts, Collection<NodeId> nodes, Predicate<NodeId> reachable) {
        int replicas = layouts.getFirst().replicas();
        List<NodeId> writers = of(slot, layouts, nodes).stream()
                .filter(reachable)
                .limit(replicas)
                .toList();
        if (writers.size() < replicas) {
            throw tooFew(replicas, writers.size(), "can be reached: start those that are down, or let more join");
        }
        return writers;
    }

    /** The refusal when there are fewer nodes than replicas. */
    static TrivetException tooFew(int replicas, int nodes, String state) {
        return TrivetException.of(
                Refusal.Kind.TOO_FEW_NODES,
                "",
                replicas + " replicas need " + replicas + " nodes, but only " + nodes + " " + state);
    }

    private static Comparator<NodeId> byHash(Slot slot) {
        Comparator<NodeId> byHash = (a, b) -> Long.compareUnsigned(score(slot, b), score(slot, a));
        return byHash.thenComparing(Comparator.naturalOrder());
    }

    static long score(Slot slot, NodeId node) {
        return HashMixer.mix(slot.number(), node.number());
    }
}
