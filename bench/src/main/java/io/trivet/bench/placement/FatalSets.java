package io.trivet.bench.placement;

import io.trivet.model.Layout;
import io.trivet.model.NodeId;
import io.trivet.model.Slot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which sets of nodes lose data if they are lost together, counted over all sets of this size in a
 * layout. Assumes large files, so that every slot is in use.
 *
 * @param sets the number of sets of this size
 * @param fatal how many of them lose some data
 * @param meanShare of all data that is lost, on average over all sets
 * @param worstShare of all data that is lost, in the worst set
 */
record FatalSets(long sets, long fatal, double meanShare, double worstShare) {
    double probability() {
        return (double) fatal / sets;
    }

    /** For up to three lost nodes, and as many replicas or fewer. */
    static FatalSets of(Layout layout, int lost) {
        return new Count(layout, lost).count();
    }

    private static final class Count {
        private final List<NodeId> nodes;
        private final int lost;
        /** The number of slots with exactly these homes, by their indexes in {@link #nodes}. */
        private final Map<Set<Integer>, Integer> slots = new HashMap<>();

        private long sets;
        private long fatal;
        private long slotsLost;
        private int worst;

        Count(Layout layout, int lost) {
            this.nodes = layout.nodes();
            this.lost = lost;
            layout.homes().forEach(homes -> {
                Set<Integer> places = new TreeSet<>();
                homes.forEach(home -> places.add(nodes.indexOf(home)));
                slots.merge(Set.copyOf(places), 1, Integer::sum);
            });
        }

        FatalSets count() {
            choose(0, new int[lost], 0);
            return new FatalSets(sets, fatal, (double) slotsLost / sets / Slot.COUNT, (double) worst / Slot.COUNT);
        }

        private void choose(int chosen, int[] set, int from) {
            if (chosen == lost) {
                look(set);
                return;
            }
            for (int next = from; next < nodes.size(); next++) {
                set[chosen] = next;
                choose(chosen + 1, set, next + 1);
            }
        }

        private void look(int[] set) {
            int gone = slotsWithin(set);
            sets++;
            fatal += gone > 0 ? 1 : 0;
            slotsLost += gone;
            worst = Math.max(worst, gone);
        }

        private int slotsWithin(int[] set) {
            int gone = 0;
            for (int members = 1; members < 1 << set.length; members++) {
                Set<Integer> homes = new TreeSet<>();
                for (int place = 0; place < set.length; place++) {
                    if ((members >> place & 1) == 1) {
                        homes.add(set[place]);
                    }
                }
                gone += slots.getOrDefault(homes, 0);
            }
            return gone;
        }
    }

    /**
     * The probability that a chain loses some data with {@code lost} of {@code nodes}, for two
     * replicas, by formula.
     */
    static double ofChain(int nodes, int lost) {
        if (lost < 2) {
            return 0;
        }
        // No two of the f lost nodes are neighbours if each is in a different one of the n - f gaps
        // between the others.
        double none = 2 * lost > nodes
                ? 0
                : (double) nodes / (nodes - lost) * choose(nodes - lost, lost) / choose(nodes, lost);
        return 1 - none;
    }

    static double choose(int from, int count) {
        double ways = 1;
        for (int i = 0; i < count; i++) {
            ways = ways * (from - i) / (i + 1);
        }
        return ways;
    }
}
