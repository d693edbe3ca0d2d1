package io.trivet.placement;

import io.trivet.model.Layout;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Makes layouts: the first of a cluster, and the next after any change of members, weights, zones
 * or R.
 *
 * <p>It promises for every layout:
 *
 * <ul>
 *   <li>R different nodes in each slot, all of them members.
 *   <li>Zones: at most R / zones replicas of a slot, rounded up, in one zone; more only if zones
 *       are too small for that.
 *   <li>Balance: each node holds fewer than R slots more or less than its share. The share is
 *       proportional to its weight, as far as zones allow and up to one replica of each slot (1/R
 *       of all). After a change the difference is less than one slot.
 *   <li>Least movement: no layout with these quotas and zones moves fewer replicas. Without zones
 *       that is nearly always just what some nodes gain: a quarter of all from 3 nodes to 4, a
 *       twenty-first from 20 to 21. A layout that keeps all promises already does not change.
 *   <li>The same arguments give the same layout; the order of the members does not matter.
 * </ul>
 *
 * <p>It takes milliseconds for ten nodes, tens of milliseconds for a thousand; up to a second if R
 * is multiplied or zones are new.
 */
public final class Planner {
    private Planner() {}

    /**
     * The layout of a cluster that holds nothing yet, with version 1. Equal nodes without zones
     * become the chain: slot s is at nodes s mod N, s + 1 mod N, ...
     *
     * @throws TrivetException {@link Refusal.Kind#TOO_FEW_NODES} if there are fewer members than
     *     replicas
     */
    public static LayoutPlan fresh(List<Member> all, int replicas) {
        MemberIndex memberIndex = new MemberIndex(all, checked(replicas));
        SlotShares slotShares = new SlotShares(memberIndex, Slot.COUNT);
        int[][] chain = ChainLayout.of(memberIndex, slotShares.shares(), Slot.COUNT);
        return new LayoutPlan(layout(memberIndex, 1, settled(memberIndex, chain, slotShares)), List.of());
    }

    /**
     * The layout after {@code old}, with the next version. Homes that are no longer members lose
     * all slots.
     *
     * @throws TrivetException {@link Refusal.Kind#TOO_FEW_NODES} if there are fewer members than
     *     replicas
     */
    public static LayoutPlan next(Layout old, List<Member> all, int replicas) {
        MemberIndex memberIndex = new MemberIndex(all, checked(replicas));
        SlotShares slotShares = new SlotShares(memberIndex, Slot.COUNT);
        int[][] rows = settled(memberIndex, rows(old, memberIndex), slotShares);
        Layout layout = layout(memberIndex, old.version() + 1, rows);
        return new LayoutPlan(layout, moves(old, layout));
    }

    /** An earlier table as the layout after {@code old}. */
    public static LayoutPlan back(Layout old, Layout earlier) {
        Layout layout = earlier.withVersion(old.version() + 1);
        return new LayoutPlan(layout, moves(old, layout));
    }

    /**
     * Rows that keep all promises, from rows with gaps. Rows that keep them already only lose their
     * gaps.
     */
    static int[][] settled(MemberIndex memberIndex, int[][] rows, SlotShares slotShares) {
        SlotTable slotTable = new SlotTable(memberIndex, rows);
        if (keepsPromises(slotTable, memberIndex, slotShares.shares())) {
            return slotTable.rows();
        }
        int[][] settled = Assignment.of(memberIndex, rows, slotShares);
        PrimaryBalance.balance(memberIndex, settled);
        return settled;
    }

    private static boolean keepsPromises(SlotTable slotTable, MemberIndex memberIndex, double[] shares) {
        for (int member = 0; member < memberIndex.count(); member++) {
            if (Math.abs(slotTable.held(member) - shares[member]) >= memberIndex.replicas()) {
                return false;
            }
        }
        for (int slot = 0; slot < slotTable.slots(); slot++) {
            if (slotTable.missing(slot) != 0 || slotTable.breaksZones(slot)) {
                return false;
            }
        }
        return true;
    }

    /** The old homes as member indexes, with a gap for each that is no member. */
    private static int[][] rows(Layout old, MemberIndex memberIndex) {
        return old.homes().stream()
                .map(homes -> homes.stream()
                        .mapToInt(home -> Math.max(SlotTable.EMPTY, memberIndex.indexOf(home)))
                        .toArray())
                .toArray(int[][]::new);
    }

    private static Layout layout(MemberIndex memberIndex, long version, int[][] rows) {
        List<List<NodeId>> homes = Arrays.stream(rows)
                .map(row -> Arrays.stream(row).mapToObj(memberIndex::node).toList())
                .toList();
        return new Layout(version, memberIndex.replicas(), homes);
    }

    static List<ReplicaMove> moves(Layout old, Layout next) {
        List<ReplicaMove> moves = new ArrayList<>();
        for (int number = 0; number < Slot.COUNT; number++) {
            Slot slot = new Slot(number);
            List<NodeId> leaving = without(old.homes(slot), next.homes(slot));
            List<NodeId> coming = without(next.homes(slot), old.homes(slot));
            for (int i = 0; i < coming.size(); i++) {
                moves.add(new ReplicaMove(slot, i < leaving.size() ? leaving.get(i) : null, coming.get(i)));
            }
        }
        return moves;
    }

    private static List<NodeId> without(List<NodeId> some, List<NodeId> others) {
        return some.stream().filter(node -> !others.contains(node)).toList();
    }

    private static int checked(int replicas) {
        if (replicas < 1 || replicas > Layout.MAX_REPLICAS) {
            throw new IllegalArgumentException("replicas go from 1 to " + Layout.MAX_REPLICAS + ", not " + replicas);
        }
        return replicas;
    }
}
