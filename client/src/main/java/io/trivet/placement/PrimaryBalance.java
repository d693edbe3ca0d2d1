package io.trivet.placement;

/**
 * Orders the homes of each slot so that every member is the first home about equally often, because
 * first homes receive new chunks from clients and forward them. Changes no home, so nothing moves.
 */
final class PrimaryBalance {
    private final MemberIndex memberIndex;
    private final int[] held;
    private final int[] leads;

    private PrimaryBalance(MemberIndex memberIndex, int[][] rows) {
        this.memberIndex = memberIndex;
        this.held = new int[memberIndex.count()];
        this.leads = new int[memberIndex.count()];
        for (int[] row : rows) {
            leads[row[0]]++;
            for (int member : row) {
                held[member]++;
            }
        }
    }

    /**
     * Reorders the rows in place. Each exchange lowers the sum of the squared excesses, so it
     * terminates.
     */
    static void balance(MemberIndex memberIndex, int[][] rows) {
        PrimaryBalance homes = new PrimaryBalance(memberIndex, rows);
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int[] row : rows) {
                changed |= homes.exchange(row);
            }
        }
    }

    /**
     * Puts the member with the least excess in front, if that makes the row's members more equal.
     */
    private boolean exchange(int[] row) {
        int least = 0;
        for (int place = 1; place < row.length; place++) {
            least = excess(row[place]) < excess(row[least]) ? place : least;
        }
        int first = row[0];
        if (excess(first) - excess(row[least]) <= memberIndex.replicas()) {
            return false;
        }
        leads[first]--;
        leads[row[least]]++;
        row[0] = row[least];
        row[least] = first;
        return true;
    }

    /**
     * R times the slots of which a member is the first home beyond its part, which is one of every
     * R slots that it has.
     */
    private int excess(int member) {
        return memberIndex.replicas() * leads[member] - held[member];
    }
}
