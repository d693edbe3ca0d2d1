package io.trivet.placement;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How many slots each member should have: in proportion to its weight, but no slot twice, and no
 * zone more often in a slot than {@link MemberIndex#zoneLimit} allows. What a member cannot take
 * under its limit goes to the others, again by weight.
 *
 * <p>The limits can always be met: give every member the same fraction of each slot as of all
 * slots, and no slot breaks one. That is a fractional layout; with whole quotas a whole one exists
 * too, since flows are integral. So the planner always finds a layout.
 */
final class SlotShares {
    /** Covers the rounding error of a division; far below any real fraction of a slot. */
    private static final double ROUNDING = 1e-9;

    private final MemberIndex memberIndex;
    private final int slots;
    private final double[] shares;

    SlotShares(MemberIndex memberIndex, int slots) {
        this.memberIndex = memberIndex;
        this.slots = slots;
        this.shares = new double[memberIndex.count()];
        share();
    }

    /** The exact share of each member, in slots and fractions of slots. */
    double[] shares() {
        return shares.clone();
    }

    /**
     * The shares rounded to whole slots, largest fractions up; of equal fractions, members that
     * hold more already, so that less moves. Rounds zones first, so that rounding breaks no limit
     * of a zone, then the members of each.
     *
     * @param held how many slots each member has now
     */
    int[] whole(int[] held) {
        double[] zoneShares = new double[memberIndex.zones()];
        int[] zoneHeld = new int[memberIndex.zones()];
        for (int member = 0; member < memberIndex.count(); member++) {
            zoneShares[memberIndex.zone(member)] += shares[member];
            zoneHeld[memberIndex.zone(member)] += held[member];
        }
        int[] zoneWhole = new int[memberIndex.zones()];
        round(range(memberIndex.zones()), zoneShares, zoneHeld, slots * memberIndex.replicas(), zoneWhole);
        int[] whole = new int[memberIndex.count()];
        for (int zone = 0; zone < memberIndex.zones(); zone++) {
            round(memberIndex.in(zone), shares, held, zoneWhole[zone], whole);
        }
        return whole;
    }

    /** Rounds some shares so that their sum is {@code total}. */
    private static void round(List<Integer> some, double[] shares, int[] held, int total, int[] whole) {
        int left = total;
        for (int one : some) {
            whole[one] = (int) Math.floor(shares[one] + ROUNDING);
            left -= whole[one];
        }
        Comparator<Integer> byFraction =
                Comparator.comparingLong(one -> -Math.round((shares[one] - whole[one]) / ROUNDING));
        List<Integer> order = some.stream()
                .sorted(byFraction.thenComparingInt(one -> -held[one]).thenComparing(Comparator.naturalOrder()))
                .toList();
        for (int one : order.subList(0, left)) {
            whole[one]++;
        }
    }

    /**
     * Zones that would exceed their limit get exactly that. The others share the rest, which may
     * bring more zones to their limit.
     */
    private void share() {
        List<Integer> open = range(memberIndex.zones());
        int left = slots * memberIndex.replicas();
        List<Integer> full;
        do {
            fill(open.stream().flatMap(zone -> memberIndex.in(zone).stream()).toList(), left);
            full = open.stream().filter(this::isFull).toList();
            for (int zone : full) {
                fill(memberIndex.in(zone), zoneRoom(zone));
                left -= zoneRoom(zone);
            }
            open = new ArrayList<>(open);
            open.removeAll(full);
        } while (!full.isEmpty() && !open.isEmpty());
    }

    /** Gives {@code total} to some members by weight, to none more than all slots. */
    private void fill(List<Integer> some, int total) {
        List<Integer> open = some;
        int left = total;
        List<Integer> full;
        do {
            long weight = open.stream().mapToLong(memberIndex::weight).sum();
            for (int member : open) {
                shares[member] = (double) left * memberIndex.weight(member) / weight;
            }
            full = open.stream().filter(member -> shares[member] >= slots).toList();
            full.forEach(member -> shares[member] = slots);
            left -= full.size() * slots;
            open = new ArrayList<>(open);
            open.removeAll(full);
        } while (!full.isEmpty() && !open.isEmpty());
    }

    private boolean isFull(int zone) {
        return memberIndex.in(zone).stream()
                        .mapToDouble(member -> shares[member])
                        .sum()
                >= zoneRoom(zone) - ROUNDING;
    }

    private int zoneRoom(int zone) {
        return slots * Math.min(memberIndex.zoneLimit(), memberIndex.in(zone).size());
    }

    private static List<Integer> range(int count) {
        List<Integer> range = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            range.add(i);
        }
        return range;
    }
}
