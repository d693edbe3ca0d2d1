package io.trivet.placement;

import java.util.Arrays;

/**
 * Fills an empty place by a chain of exchanges: a member that has all its slots takes the place and
 * leaves another one, which the next member takes, until a member is below its quota. Taking a slot
 * that a member did not have before costs 1, leaving such a slot returns 1. Takes the shortest of
 * the cheapest chains: a shortest path with negative steps (Bellman and Ford), searched in rounds
 * of one more exchange.
 */
final class AugmentingPath {
    private static final int FAR = Integer.MAX_VALUE / 2;
    private static final int NOBODY = -1;

    private final MemberIndex memberIndex;
    private final int[][] before;
    private final SlotTable slotTable;
    private final int[] quotas;

    /** The cost of having each member take one more slot, as of the last round and of this one. */
    private final int[] cost;

    private final int[] nextCost;

    /** The place that each member would take. */
    private final int[] slotOf;

    private final int[] placeOf;

    /**
     * Members that a failed search of {@link #keepMore} reached: every later search that reaches
     * them would fail as well.
     */
    private final boolean[] hopeless;

    private boolean keepOnly;
    private int least;
    private int found;

    AugmentingPath(MemberIndex memberIndex, int[][] before, SlotTable slotTable, int[] quotas) {
        this.memberIndex = memberIndex;
        this.before = before;
        this.slotTable = slotTable;
        this.quotas = quotas;
        this.cost = new int[memberIndex.count()];
        this.nextCost = new int[memberIndex.count()];
        this.slotOf = new int[memberIndex.count()];
        this.placeOf = new int[memberIndex.count()];
        this.hopeless = new boolean[memberIndex.count()];
    }

    /**
     * Fills the place by exchanges without newcomers, while there are none yet. Returns false if
     * that is impossible.
     */
    boolean keepMore(int slot, int place) {
        keepOnly = true;
        int last = search(slot, place, 0);
        if (last == NOBODY) {
            for (int member = 0; member < cost.length; member++) {
                hopeless[member] |= cost[member] < FAR;
            }
            return false;
        }
        follow(last);
        return true;
    }

    /**
     * Fills the place by the cheapest chain, when {@link #keepMore} finds none. Returns false only
     * if quotas contradict each other.
     */
    boolean cheapest(int slot, int place) {
        keepOnly = false;
        int last = search(slot, place, 1);
        if (last == NOBODY) {
            return false;
        }
        follow(last);
        return true;
    }

    /**
     * Returns the last member of the chain, which is below its quota. Stops at the first chain that
     * costs at most {@code enough}, the least possible: nearly always in the second round.
     */
    private int search(int slot, int place, int enough) {
        Arrays.fill(cost, FAR);
        Arrays.fill(nextCost, FAR);
        least = enough;
        found = NOBODY;
        relax(slot, place, 0);
        boolean[] improved = improvements();
        while (found == NOBODY && improved.length > 0) {
            for (int other = 0; other < slotTable.slots() && found == NOBODY; other++) {
                leave(other, improved);
            }
            improved = improvements();
        }
        return found == NOBODY ? cheapestWanting() : found;
    }

    /** Ends a round. Returns which members' cost has fallen in it; an empty array if none's has. */
    private boolean[] improvements() {
        boolean[] improved = new boolean[cost.length];
        boolean any = false;
        for (int member = 0; member < cost.length; member++) {
            improved[member] = nextCost[member] < cost[member];
            any |= improved[member];
            cost[member] = nextCost[member];
        }
        return any ? improved : new boolean[0];
    }

    private int cheapestWanting() {
        int best = NOBODY;
        for (int member = 0; member < cost.length; member++) {
            if (wants(member) && cost[member] < (best == NOBODY ? FAR : cost[best])) {
                best = member;
            }
        }
        return best;
    }

    /** Members of the slot that became cheaper may leave it for another. */
    private void leave(int slot, boolean[] improved) {
        for (int place = 0; place < slotTable.places(slot); place++) {
            int member = slotTable.at(slot, place);
            if (member != SlotTable.EMPTY && improved[member]) {
                relax(slot, place, cost[member] - newcomer(slot, member));
            }
        }
    }

    /** Updates the members that could take this place, given the cost of having it free. */
    private void relax(int slot, int place, int soFar) {
        if (keepOnly) {
            for (int member : before[slot]) {
                if (member != SlotTable.EMPTY && !hopeless[member]) {
                    relax(slot, place, member, soFar);
                }
            }
            return;
        }
        for (int member = 0; member < cost.length; member++) {
            if (soFar < nextCost[member]) {
                relax(slot, place, member, soFar + newcomer(slot, member));
            }
        }
    }

    private void relax(int slot, int place, int member, int total) {
        if (total < nextCost[member] && !slotTable.has(slot, member) && zoneAllows(slot, place, member)) {
            nextCost[member] = total;
            slotOf[member] = slot;
            placeOf[member] = place;
            if (total <= least && wants(member)) {
                found = member;
            }
        }
    }

    private boolean wants(int member) {
        return slotTable.held(member) < quotas[member];
    }

    private boolean zoneAllows(int slot, int place, int member) {
        int leaving = slotTable.at(slot, place);
        int zone = memberIndex.zone(member);
        boolean sameZone = leaving != SlotTable.EMPTY && memberIndex.zone(leaving) == zone;
        return sameZone || !slotTable.isFull(slot, zone);
    }

    private int newcomer(int slot, int member) {
        for (int old : before[slot]) {
            if (old == member) {
                return 0;
            }
        }
        return 1;
    }

    /**
     * From the end of the chain back to the empty place, gives each member the place of the one
     * before it.
     */
    private void follow(int last) {
        int member = last;
        while (member != SlotTable.EMPTY) {
            int slot = slotOf[member];
            int place = placeOf[member];
            int leaving = slotTable.at(slot, place);
            slotTable.put(slot, place, member);
            member = leaving;
        }
    }
}
