package io.trivet.model;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The versioned table from slots to nodes. Immutable; a few kilobytes; computed by a pure function
 * and published through the quorum.
 *
 * @param version from 1; rises by one with every published layout
 * @param replicas R, the number of nodes per slot: 1 to {@link #MAX_REPLICAS}
 * @param homes {@link Slot#COUNT} lists of R different nodes, in candidate order
 */
public record Layout(long version, int replicas, List<List<NodeId>> homes) {
    public static final int MAX_REPLICAS = 8;

    public Layout {
        if (version < 1) {
            throw new IllegalArgumentException("layouts are numbered from 1, not " + version);
        }
        if (replicas < 1 || replicas > MAX_REPLICAS) {
            throw new IllegalArgumentException("replicas go from 1 to " + MAX_REPLICAS + ", not " + replicas);
        }
        if (homes.size() != Slot.COUNT) {
            throw new IllegalArgumentException("a layout has " + Slot.COUNT + " slots, not " + homes.size());
        }
        List<List<NodeId>> copy = new ArrayList<>(Slot.COUNT);
        for (List<NodeId> slot : homes) {
            if (slot.size() != replicas || new HashSet<>(slot).size() != replicas) {
                throw new IllegalArgumentException("a slot has " + replicas + " different nodes, not " + slot);
            }
            copy.add(List.copyOf(slot));
        }
        homes = List.copyOf(copy);
    }

    /** The homes of {@code slot}, first candidate first. */
    public List<NodeId> homes(Slot slot) {
        return homes.get(slot.number());
    }

    /** Every node that has a slot, in order of ids. */
    public List<NodeId> nodes() {
        Set<NodeId> all = new HashSet<>();
        homes.forEach(all::addAll);
        return all.stream().sorted().toList();
    }

    public Layout withVersion(long number) {
        return new Layout(number, replicas, homes);
    }
}
