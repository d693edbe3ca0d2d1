package io.trivet.placement;

import java.util.Arrays;

/**
 * The layout of a fresh cluster, or one close to it. Members follow each other in a long row; slot
 * s is at the row's places s to s + R - 1. With equal members and no zones the row repeats n0, n1,
 * ...: chained declustering. In general the next member is the one farthest behind its share that
 * would not be in a slot twice or exceed its zone's limit. So heavier members come more often,
 * zones alternate, and still few pairs of nodes share slots. A member always fits: the R - 1 places
 * before the next cannot fill all zones to their limits, which have room for R.
 */
final class ChainLayout {
    private static final double NEVER = Double.NEGATIVE_INFINITY;

    private final MemberIndex memberIndex;
    private final double[] shares;
    private final int[] row;

    private ChainLayout(MemberIndex memberIndex, double[] shares, int slots) {
        this.memberIndex = memberIndex;
        this.shares = shares;
        this.row = new int[slots + memberIndex.replicas() - 1];
    }

    /**
     * A row of R members for each slot. May miss quotas and zones by a little; {@link Assignment}
     * corrects that.
     */
    static int[][] of(MemberIndex memberIndex, double[] shares, int slots) {
        int[] row = new ChainLayout(memberIndex, shares, slots).build(slots);
        int[][] homes = new int[slots][];
        for (int slot = 0; slot < slots; slot++) {
            homes[slot] = Arrays.copyOfRange(row, slot, slot + memberIndex.replicas());
        }
        return homes;
    }

    private int[] build(int slots) {
        double all = (double) slots * memberIndex.replicas();
        int[] taken = new int[memberIndex.count()];
        for (int place = 0; place < row.length; place++) {
            int next = 0;
            double furthest = NEVER;
            for (int member = 0; member < memberIndex.count(); member++) {
                double behind = shares[member] / all * (place + 1) - taken[member];
                if (behind > furthest && fits(place, member)) {
                    next = member;
                    furthest = behind;
                }
            }
            row[place] = next;
            taken[next]++;
        }
        return row;
    }

    private boolean fits(int place, int member) {
        int sameZone = 0;
        for (int before = Math.max(0, place - memberIndex.replicas() + 1); before < place; before++) {
            if (row[before] == member) {
                return false;
            }
            sameZone += memberIndex.zone(row[before]) == memberIndex.zone(member) ? 1 : 0;
        }
        return sameZone < memberIndex.zoneLimit();
    }
}
