package io.trivet.placement;

/**
 * Puts the homes of each slot in an order in which every member is first about as often as others:
 * the first gets new chunks from the client and sends them on. Changes no home, so it moves
 * nothing.
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

    /** Reorders the rows in place. Each exchange lowers the sum of the squared excesses, so it ends. */
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

    /** Puts the one in front that leads least, if that makes the row's members more alike. */
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

    /** R times what a member leads above its part, which is one of every R slots it has. */
    private int excess(int member) {
        return memberIndex.replicas() * leads[member] - held[member];
    }
}
