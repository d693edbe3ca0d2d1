package io.trivet.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Compares assignments with all possible tables, which are small enough to enumerate. */
class AssignmentTest {
    private static final int SLOTS = 4;

    @Property(tries = 1000)
    void nothingMovesLess(
            @ForAll @IntRange(min = 2, max = 5) int count,
            @ForAll @IntRange(min = 1, max = 3) int wanted,
            @ForAll @IntRange(min = 1, max = 3) int zones,
            @ForAll @IntRange(min = 1, max = 5) int heaviest,
            @ForAll long seed) {
        Random random = new Random(seed);
        int replicas = Math.min(wanted, count);
        MemberIndex memberIndex = new MemberIndex(randomMembers(count, zones, heaviest, random), replicas);
        int[][] before = randomRows(count, random);
        SlotShares slotShares = new SlotShares(memberIndex, SLOTS);
        int[] whole = slotShares.whole(new SlotTable(memberIndex, before).held());

        int[][] settled = Assignment.of(memberIndex, before, slotShares);

        assertThat(new SlotTable(memberIndex, settled).held()).isEqualTo(whole);
        Arrays.stream(settled)
                .forEach(row -> assertThat(Arrays.stream(row).distinct()).hasSize(replicas));
        assertThat(moves(before, settled)).isEqualTo(new EveryTable(memberIndex, before).leastMoves(0, whole));
    }

    private static List<Member> randomMembers(int count, int zones, int heaviest, Random random) {
        return IntStream.range(0, count)
                .mapToObj(
                        i -> new Member(Samples.node(i), 1 + random.nextInt(heaviest), "zone" + random.nextInt(zones)))
                .toList();
    }

    /** Rows of up to three different members, some with gaps. */
    private static int[][] randomRows(int count, Random random) {
        return IntStream.range(0, SLOTS)
                .mapToObj(slot -> {
                    List<Integer> all =
                            new ArrayList<>(IntStream.range(0, count).boxed().toList());
                    Collections.shuffle(all, random);
                    return all.stream()
                            .limit(random.nextInt(4))
                            .mapToInt(member -> random.nextInt(6) == 0 ? SlotTable.EMPTY : member)
                            .toArray();
                })
                .toArray(int[][]::new);
    }

    private static int moves(int[][] before, int[][] after) {
        return IntStream.range(0, SLOTS)
                .map(slot -> newcomers(before[slot], after[slot]))
                .sum();
    }

    private static int newcomers(int[] before, int[] after) {
        return (int) Arrays.stream(after)
                .filter(member -> Arrays.stream(before).noneMatch(old -> old == member))
                .count();
    }

    /** Tries every set of members for every slot. */
    private record EveryTable(MemberIndex memberIndex, int[][] before) {
        static final int IMPOSSIBLE = 1_000_000;

        int leastMoves(int slot, int[] left) {
            if (slot == SLOTS) {
                return Arrays.stream(left).allMatch(of -> of == 0) ? 0 : IMPOSSIBLE;
            }
            int least = IMPOSSIBLE;
            for (int set = 0; set < 1 << memberIndex.count(); set++) {
                int[] row = row(set);
                if (isAllowed(row) && Arrays.stream(row).allMatch(member -> left[member] > 0)) {
                    int[] rest = left.clone();
                    Arrays.stream(row).forEach(member -> rest[member]--);
                    least = Math.min(least, newcomers(before[slot], row) + leastMoves(slot + 1, rest));
                }
            }
            return least;
        }

        private int[] row(int set) {
            return IntStream.range(0, memberIndex.count())
                    .filter(member -> (set >> member & 1) == 1)
                    .toArray();
        }

        private boolean isAllowed(int[] row) {
            return row.length == memberIndex.replicas()
                    && IntStream.range(0, memberIndex.zones())
                            .allMatch(zone -> Arrays.stream(row)
                                            .filter(member -> memberIndex.zone(member) == zone)
                                            .count()
                                    <= memberIndex.zoneLimit());
        }
    }
}
