package io.trivet.placement;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Makes rows keep all promises (R different members, zones, quotas) with as few newcomers as these allow.
 *
 * <p>Seen as a flow: each slot sends R units to members, at most one to each, at most {@link Members#zoneLimit} to a zone, and each member takes its
 * quota. A unit to a member that had the slot before is free, one to any other costs 1. What is free comes first, then the cheapest exchange is made
 * again and again: that ends with the cheapest flow. Nearly always an exchange is just an empty place for a member that still wants one;
 * {@link Exchange} finds the others.
 */
final class Settling {
    private static final int ANY_ZONE = -1;

    private final Members members;
    private final int[][] before;
    private final Table table;
    private final int[] quotas;

    /** The order in which slots are visited. */
    private final int[] visits;

    private Settling(Members members, int[][] before, Quotas quotas) {
        this.members = members;
        this.before = before;
        this.table = new Table(members, before);
        this.quotas = quotas.whole(table.held());
        this.visits = shuffled(members, before.length);
    }

    /**
     * Rows of R members that keep all promises.
     *
     * @param before rows of different members, of any length, with gaps where someone has left; only read
     */
    static int[][] of(Members members, int[][] before, Quotas quotas) {
        return new Settling(members, before, quotas).settle();
    }

    private int[][] settle() {
        visit(this::dropWhatMayNotStay);
        visit(slot -> dropForQuota(slot, true));
        visit(slot -> dropForQuota(slot, false));
        Exchange exchange = new Exchange(members, before, table, quotas);
        visit(slot -> refill(slot, exchange::keepMore));
        Neighbours neighbours = new Neighbours(members, table, quotas);
        visit(slot -> refill(slot, (s, place) -> seatNewcomer(s, place, neighbours)));
        visit(slot -> refill(slot, exchange::cheapest));
        visit(this::check);
        return table.rows();
    }

    private interface Visit {
        void to(int slot);
    }

    private interface Refill {
        /** Gives the empty place away, or answers false. */
        boolean place(int slot, int place);
    }

    private void visit(Visit visit) {
        for (int slot : visits) {
            visit.to(slot);
        }
    }

    private void refill(int slot, Refill refill) {
        boolean going = true;
        while (going && table.missing(slot) > 0) {
            going = refill.place(slot, table.emptyPlace(slot));
        }
    }

    /** More than R in a row, or more of a zone than it may hold. */
    private void dropWhatMayNotStay(int slot) {
        for (int zone = 0; zone < members.zones(); zone++) {
            while (table.isOverfull(slot, zone)) {
                drop(slot, zone);
            }
        }
        while (table.missing(slot) < 0) {
            drop(slot, ANY_ZONE);
        }
    }

    /** Empties the place of the member that has most above its quota; of equal ones the last in the row. */
    private void drop(int slot, int zone) {
        table.put(slot, fullest(slot, zone), Table.EMPTY);
    }

    private int fullest(int slot, int zone) {
        return IntStream.range(0, table.places(slot))
                .filter(place -> table.at(slot, place) != Table.EMPTY)
                .filter(place -> zone == ANY_ZONE || members.zone(table.at(slot, place)) == zone)
                .boxed()
                .max(Comparator.comparingInt(place -> excess(table.at(slot, place))))
                .orElseThrow();
    }

    /** One who has too many slots leaves this one; at first only where nobody else has left, so that newcomers find places in different slots. */
    private void dropForQuota(int slot, boolean onlyOne) {
        while (table.seated(slot) > 0 && (!onlyOne || table.missing(slot) == 0)) {
            int place = fullest(slot, ANY_ZONE);
            if (excess(table.at(slot, place)) <= 0) {
                return;
            }
            table.put(slot, place, Table.EMPTY);
        }
    }

    private boolean seatNewcomer(int slot, int place, Neighbours neighbours) {
        int best = Table.EMPTY;
        long most = -1;
        for (int member = 0; member < members.count(); member++) {
            if (excess(member) < 0 && !table.has(slot, member) && !table.isFull(slot, members.zone(member))) {
                long closeness = neighbours.closeness(slot, member);
                if (closeness > most) {
                    most = closeness;
                    best = member;
                }
            }
        }
        if (best == Table.EMPTY) {
            return false;
        }
        neighbours.join(slot, best);
        table.put(slot, place, best);
        return true;
    }

    /**
     * Slots by a hash that is another for other members: so what changes is spread over the chunks of each file, and nodes that join one after the
     * other do not end up in the same slots.
     */
    private static int[] shuffled(Members members, int slots) {
        long seed = 0;
        for (int member = 0; member < members.count(); member++) {
            seed = Hash.mix(seed, members.node(member).number());
        }
        long hash = seed;
        return IntStream.range(0, slots)
                .boxed()
                .sorted(Comparator.comparingLong(slot -> Hash.mix(hash, slot)))
                .mapToInt(slot -> slot)
                .toArray();
    }

    private int excess(int member) {
        return table.held(member) - quotas[member];
    }

    /** A bug here would lose data later; so what was promised is looked at again. */
    private void check(int slot) {
        if (table.missing(slot) != 0 || table.breaksZones(slot)) {
            throw new IllegalStateException("slot " + slot + " was not settled");
        }
    }
}
