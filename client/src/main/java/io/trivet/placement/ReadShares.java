package io.trivet.placement;

import io.trivet.model.Layout;
import io.trivet.model.NodeId;
import io.trivet.model.Slot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * How the reads of each slot are divided among its reachable homes, so that all nodes carry the
 * same load per slot that they have.
 *
 * <p>With all nodes up, every home reads 1/R. If one node is down in a chain of N with two
 * replicas, only its two neighbours remain for its slots; they pass some of their own reads on to
 * their other neighbours, and so on round the chain, until each remaining node reads N/(N-1) of
 * what it read before (Hsiao and DeWitt, 1990, who give the formula for the perfect chain). This
 * class computes the balance for any layout iteratively: take away the load of all slots with the
 * same homes, distribute it again up to an even level, go to the next group, until nothing moves.
 */
final class ReadShares {
    /** Bounds the work. A chain of 20 is even after about 100 rounds; more rounds gain little. */
    private static final int MAX_ROUNDS = 1000;

    /** The computation ends with a round that moves less than this many slots in every group. */
    private static final double STILL = 0.01;

    /** All slots with the same reachable homes; {@code load} is in slots, one number per home. */
    private static final class Group {
        final List<NodeId> homes;
        final int[] nodes;
        final double[] load;
        int slots;

        Group(List<NodeId> homes, int[] nodes) {
            this.homes = homes;
            this.nodes = nodes;
            this.load = new double[nodes.length];
        }
    }

    private final Group[] groups = new Group[Slot.COUNT];
    private final double[] capacity;
    private final double[] load;

    private ReadShares(int nodes) {
        capacity = new double[nodes];
        load = new double[nodes];
    }

    static ReadShares of(Layout layout, Predicate<NodeId> reachable) {
        List<NodeId> nodes = layout.nodes();
        ReadShares shares = new ReadShares(nodes.size());
        shares.pour(shares.groups(layout, reachable, nodes));
        return shares;
    }

    /** The reachable homes of a slot, in candidate order. */
    List<NodeId> homes(Slot slot) {
        return groups[slot.number()].homes;
    }

    /**
     * The index in {@link #homes} of the home into whose share {@code turn} (0 to below 1) falls; 0
     * if there is none.
     */
    int pick(Slot slot, double turn) {
        Group group = groups[slot.number()];
        double left = turn * group.slots;
        for (int i = 0; i < group.load.length; i++) {
            left -= group.load[i];
            if (left < 0) {
                return i;
            }
        }
        return Math.max(0, group.load.length - 1);
    }

    private List<Group> groups(Layout layout, Predicate<NodeId> reachable, List<NodeId> nodes) {
        Map<List<NodeId>, Group> byHomes = new LinkedHashMap<>();
        for (int slot = 0; slot < Slot.COUNT; slot++) {
            List<NodeId> all = layout.homes().get(slot);
            all.forEach(node -> capacity[Collections.binarySearch(nodes, node)]++);
            List<NodeId> homes = all.stream().filter(reachable).toList();
            groups[slot] = byHomes.computeIfAbsent(homes, key -> new Group(key, indices(key, nodes)));
            groups[slot].slots++;
        }
        return new ArrayList<>(byHomes.values());
    }

    private static int[] indices(List<NodeId> homes, List<NodeId> nodes) {
        return homes.stream()
                .mapToInt(home -> Collections.binarySearch(nodes, home))
                .toArray();
    }

    private void pour(List<Group> all) {
        for (Group group : all) {
            Arrays.fill(group.load, (double) group.slots / group.load.length);
            add(group, 1);
        }
        double moved = Double.MAX_VALUE;
        for (int round = 0; round < MAX_ROUNDS && moved > STILL; round++) {
            moved = 0;
            for (Group group : all) {
                moved = Math.max(moved, pourAgain(group));
            }
        }
    }

    private void add(Group group, int sign) {
        for (int i = 0; i < group.nodes.length; i++) {
            load[group.nodes[i]] += sign * group.load[i];
        }
    }

    /** Returns the largest load that moved. */
    private double pourAgain(Group group) {
        if (group.nodes.length < 2) {
            return 0;
        }
        add(group, -1);
        double level = level(group);
        double moved = 0;
        for (int i = 0; i < group.nodes.length; i++) {
            double poured = Math.max(0, level * capacity[group.nodes[i]] - load[group.nodes[i]]);
            moved = Math.max(moved, Math.abs(poured - group.load[i]));
            group.load[i] = poured;
        }
        add(group, 1);
        return moved;
    }

    /**
     * The level up to which the group fills its homes, as load per slot held; homes above it get
     * nothing.
     */
    private double level(Group group) {
        double level = Double.MAX_VALUE;
        for (int i = 0; i <= group.nodes.length; i++) {
            double filled = group.slots;
            double width = 0;
            for (int node : group.nodes) {
                if (load[node] <= level * capacity[node]) {
                    filled += load[node];
                    width += capacity[node];
                }
            }
            level = filled / width;
        }
        return level;
    }
}
