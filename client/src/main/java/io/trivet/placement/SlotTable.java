package io.trivet.placement;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A layout while it is computed: for each slot a row of places, in candidate order, each with a
 * member or empty. Counts the slots of each member. No member is twice in a row.
 */
final class SlotTable {
    static final int EMPTY = -1;

    private final MemberIndex memberIndex;
    private final int[][] rows;
    private final int[] held;

    /** Copies the given rows and widens each to R places. */
    SlotTable(MemberIndex memberIndex, int[][] start) {
        this.memberIndex = memberIndex;
        this.rows = new int[start.length][];
        this.held = new int[memberIndex.count()];
        for (int slot = 0; slot < start.length; slot++) {
            int from = start[slot].length;
            rows[slot] = Arrays.copyOf(start[slot], Math.max(from, memberIndex.replicas()));
            Arrays.fill(rows[slot], from, rows[slot].length, EMPTY);
            for (int member : start[slot]) {
                if (member != EMPTY) {
                    held[member]++;
                }
            }
        }
    }

    int slots() {
        return rows.length;
    }

    int places(int slot) {
        return rows[slot].length;
    }

    /** The member at a place, or {@link #EMPTY}. */
    int at(int slot, int place) {
        return rows[slot][place];
    }

    int held(int member) {
        return held[member];
    }

    int[] held() {
        return held.clone();
    }

    int seated(int slot) {
        int seated = 0;
        for (int member : rows[slot]) {
            seated += member == EMPTY ? 0 : 1;
        }
        return seated;
    }

    /** How many of the R places are empty. */
    int missing(int slot) {
        return memberIndex.replicas() - seated(slot);
    }

    int emptyPlace(int slot) {
        return placeOf(slot, EMPTY);
    }

    boolean has(int slot, int member) {
        return placeOf(slot, member) >= 0;
    }

    /** Whether the zone has at least as many places of the slot as its limit. */
    boolean isFull(int slot, int zone) {
        return inZone(slot, zone) >= memberIndex.zoneLimit();
    }

    boolean isOverfull(int slot, int zone) {
        return inZone(slot, zone) > memberIndex.zoneLimit();
    }

    boolean breaksZones(int slot) {
        for (int member : rows[slot]) {
            if (member != EMPTY && isOverfull(slot, memberIndex.zone(member))) {
                return true;
            }
        }
        return false;
    }

    /** Gives a place to a member, or empties it. */
    void put(int slot, int place, int member) {
        if (rows[slot][place] != EMPTY) {
            held[rows[slot][place]]--;
        }
        if (member != EMPTY) {
            held[member]++;
        }
        rows[slot][place] = member;
    }

    /** All rows, without empty places. */
    int[][] rows() {
        return IntStream.range(0, rows.length).mapToObj(this::row).toArray(int[][]::new);
    }

    int[] row(int slot) {
        return Arrays.stream(rows[slot]).filter(member -> member != EMPTY).toArray();
    }

    private int placeOf(int slot, int member) {
        int[] row = rows[slot];
        for (int place = 0; place < row.length; place++) {
            if (row[place] == member) {
                return place;
            }
        }
        return -1;
    }

    private int inZone(int slot, int zone) {
        int count = 0;
        for (int member : rows[slot]) {
            count += member != EMPTY && memberIndex.zone(member) == zone ? 1 : 0;
        }
        return count;
    }
}
