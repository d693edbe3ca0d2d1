package io.trivet.placement;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Makes rows that keep all promises (R different members, zones, quotas) and move as few replicas
 * as these allow.
 *
 * <p>This is a minimum-cost flow: each slot sends R units to members, at most one to each and at
 * most {@link MemberIndex#zoneLimit} to a zone, and each member takes its quota. A unit to a member
 * that had the slot before costs 0, to any other 1. The free units are placed first, then the
 * cheapest augmenting path is taken again and again, which ends with the cheapest flow. Nearly
 * always such a path is just an empty place for a member below its quota; {@link AugmentingPath}
 * finds the others.
 */
final class Assignment {
    private static final int ANY_ZONE = -1;

    private final MemberIndex memberIndex;
    private final int[][] before;
    private final SlotTable slotTable;
    private final int[] quotas;

    /** The order in which slots are visited. */
    private final int[] visits;

    private Assignment(MemberIndex memberIndex, int[][] before, SlotShares slotShares) {
        this.memberIndex = memberIndex;
        this.before = before;
        this.slotTable = new SlotTable(memberIndex, before);
        this.quotas = slotShares.whole(slotTable.held());
        this.visits = shuffled(memberIndex, before.length);
    }

    /**
     * Rows of R members that keep all promises.
     *
     * @param before rows of different members, of any length, with gaps for members that have left;
     *     not modified
     */
    static int[][] of(MemberIndex memberIndex, int[][] before, SlotShares slotShares) {
        return new Assignment(memberIndex, before, slotShares).settle();
    }

    private int[][] settle() {
        visit(this::dropWhatMayNotStay);
        visit(slot -> dropForQuota(slot, true));
        visit(slot -> dropForQuota(slot, false));
        AugmentingPath augmentingPath = new AugmentingPath(memberIndex, before, slotTable, quotas);
        visit(slot -> refill(slot, augmentingPath::keepMore));
        PairOverlap pairOverlap = new PairOverlap(memberIndex, slotTable, quotas);
        visit(slot -> refill(slot, (s, place) -> seatNewcomer(s, place, pairOverlap)));
        visit(slot -> refill(slot, augmentingPath::cheapest));
        visit(this::check);
        return slotTable.rows();
    }

    private interface Visit {
        void to(int slot);
    }

    private interface Refill {
        /** Fills the empty place, or returns false. */
        boolean place(int slot, int place);
    }

    private void visit(Visit visit) {
        for (int slot : visits) {
            visit.to(slot);
        }
    }

    private void refill(int slot, Refill refill) {
        boolean going = true;
        while (going && slotTable.missing(slot) > 0) {
            going = refill.place(slot, slotTable.emptyPlace(slot));
        }
    }

    /** Drops members beyond R in the row, or beyond the limit of a zone. */
    private void dropWhatMayNotStay(int slot) {
        for (int zone = 0; zone < memberIndex.zones(); zone++) {
            while (slotTable.isOverfull(slot, zone)) {
                drop(slot, zone);
            }
        }
        while (slotTable.missing(slot) < 0) {
            drop(slot, ANY_ZONE);
        }
    }

    /**
     * Empties the place of the member that is farthest above its quota; of equal ones the last in
     * the row.
     */
    private void drop(int slot, int zone) {
        slotTable.put(slot, fullest(slot, zone), SlotTable.EMPTY);
    }

    private int fullest(int slot, int zone) {
        return IntStream.range(0, slotTable.places(slot))
                .filter(place -> slotTable.at(slot, place) != SlotTable.EMPTY)
                .filter(place -> zone == ANY_ZONE || memberIndex.zone(slotTable.at(slot, place)) == zone)
                .boxed()
                .max(Comparator.comparingInt(place -> excess(slotTable.at(slot, place))))
                .orElseThrow();
    }

    /**
     * Drops members that are above their quota; in the first pass only from slots without a gap, so
     * that newcomers find places in different slots.
     */
    private void dropForQuota(int slot, boolean onlyOne) {
        while (slotTable.seated(slot) > 0 && (!onlyOne || slotTable.missing(slot) == 0)) {
            int place = fullest(slot, ANY_ZONE);
            if (excess(slotTable.at(slot, place)) <= 0) {
                return;
            }
            slotTable.put(slot, place, SlotTable.EMPTY);
        }
    }

    private boolean seatNewcomer(int slot, int place, PairOverlap pairOverlap) {
        int best = SlotTable.EMPTY;
        long most = -1;
        for (int member = 0; member < memberIndex.count(); member++) {
            if (excess(member) < 0
                    && !slotTable.has(slot, member)
                    && !slotTable.isFull(slot, memberIndex.zone(member))) {
                long closeness = pairOverlap.closeness(slot, member);
                if (closeness > most) {
                    most = closeness;
                    best = member;
                }
            }
        }
        if (best == SlotTable.EMPTY) {
            return false;
        }
        pairOverlap.join(slot, best);
        slotTable.put(slot, place, best);
        return true;
    }

    /**
     * The slots in the order of a hash that depends on the members. So changes are spread over the
     * chunks of each file, and nodes that join one after the other get different slots.
     */
    private static int[] shuffled(MemberIndex memberIndex, int slots) {
        long seed = 0;
        for (int member = 0; member < memberIndex.count(); member++) {
            seed = HashMixer.mix(seed, memberIndex.node(member).number());
        }
        long hash = seed;
        return IntStream.range(0, slots)
                .boxed()
                .sorted(Comparator.comparingLong(slot -> HashMixer.mix(hash, slot)))
                .mapToInt(slot -> slot)
                .toArray();
    }

    private int excess(int member) {
        return slotTable.held(member) - quotas[member];
    }

    /** Checks the result again, because a bug here would lose data later. */
    private void check(int slot) {
        if (slotTable.missing(slot) != 0 || slotTable.breaksZones(slot)) {
            throw new IllegalStateException("slot " + slot + " was not settled");
        }
    }
}
