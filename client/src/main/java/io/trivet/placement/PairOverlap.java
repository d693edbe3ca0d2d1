package io.trivet.placement;

/**
 * How many slots any two members share. A newcomer goes by preference to those it shares slots with
 * already: the fewer different pairs there are, the fewer pairs of nodes can lose a chunk by dying
 * together (Cidon and others, 2013). But no closer than in a chain of two replicas, where a node
 * shares half of its slots with each neighbour: of a pair that shares all, one could never take
 * over from the other, and would be the only source for its repair.
 */
final class PairOverlap {
    private final SlotTable slotTable;
    private final int[][] shared;
    private final int[] quotas;

    PairOverlap(MemberIndex memberIndex, SlotTable slotTable, int[] quotas) {
        this.slotTable = slotTable;
        this.quotas = quotas;
        this.shared = new int[memberIndex.count()][memberIndex.count()];
        for (int slot = 0; slot < slotTable.slots(); slot++) {
            for (int member : slotTable.row(slot)) {
                count(slot, member);
            }
        }
    }

    /** How many slots the member shares with those in the row, in sum; 0 if it shares enough with one of them. */
    long closeness(int slot, int member) {
        long closeness = 0;
        for (int place = 0; place < slotTable.places(slot); place++) {
            int other = slotTable.at(slot, place);
            if (other != SlotTable.EMPTY) {
                if (2 * shared[member][other] >= Math.min(quotas[member], quotas[other])) {
                    return 0;
                }
                closeness += shared[member][other];
            }
        }
        return closeness;
    }

    /** Notes that a member is about to join the row. */
    void join(int slot, int member) {
        count(slot, member);
        for (int other : slotTable.row(slot)) {
            shared[other][member]++;
        }
    }

    private void count(int slot, int member) {
        for (int other : slotTable.row(slot)) {
            shared[member][other]++;
        }
    }
}
