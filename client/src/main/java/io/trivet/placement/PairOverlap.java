package io.trivet.placement;

/**
 * How many slots any two members share. A newcomer preferably goes to members with which it shares
 * slots already: the fewer different pairs there are, the fewer pairs of nodes can lose a chunk by
 * failing together (Cidon and others, 2013). The limit is the overlap of a chain of two replicas,
 * where a node shares half of its slots with each neighbour: in a pair that shares all slots,
 * neither could take over from the other, and each would be the only source for the other's repair.
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

    /**
     * The number of slots that the member shares with those in the row, in total; 0 if it shares
     * enough with one of them.
     */
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

    /** Records that a member is about to join the row. */
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
