package io.trivet.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.trivet.model.ChunkSize;
import io.trivet.model.Layout;
import io.trivet.model.NodeId;
import io.trivet.model.Slot;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FirstSlotTest {
    private static final long MIB = 1 << 20;

    /**
     * The original cluster of three servers: 500 MiB are 10 chunks, and i mod 3 names the nodes of
     * chunk i.
     */
    @Property(tries = 200)
    void threeServersKeepTheOriginalTable(@ForAll @LongRange(max = 1L << 50) long k) {
        Layout layout = Samples.chain(3, 2);
        assertThat(ChunkSize.DEFAULT.chunksOf(500 * MIB)).isEqualTo(10);
        Map<NodeId, Set<Integer>> table = new TreeMap<>();
        for (int i = 1; i <= 10; i++) {
            List<NodeId> homes = layout.homes(FirstSlot.startOfFile(k, 3).plus(i - 1));
            int of = i;
            homes.forEach(
                    node -> table.computeIfAbsent(node, any -> new HashSet<>()).add(of));
            assertThat(homes)
                    .isEqualTo(
                            switch (i % 3) {
                                case 1 -> List.of(Samples.node(0), Samples.node(1));
                                case 2 -> List.of(Samples.node(1), Samples.node(2));
                                default -> List.of(Samples.node(2), Samples.node(0));
                            });
        }
        assertThat(table)
                .isEqualTo(Map.of(
                        Samples.node(0), Set.of(1, 3, 4, 6, 7, 9, 10),
                        Samples.node(1), Set.of(1, 2, 4, 5, 7, 8, 10),
                        Samples.node(2), Set.of(2, 3, 5, 6, 8, 9)));
    }

    @Test
    void firstFilesStartWhereTheRuleSays() {
        assertThat(IntStream.range(0, 4)
                        .mapToObj(k -> FirstSlot.startOfFile(k, 3).number()))
                .containsExactly(0, 1563, 606, 2169);
        assertThat(IntStream.range(0, 4)
                        .mapToObj(k -> FirstSlot.startOfFile(k, 4).number()))
                .containsExactly(0, 1559, 598, 2157);
        assertThat(IntStream.range(0, 4)
                        .mapToObj(k -> FirstSlot.startOfShortFile(k).number()))
                .containsExactly(0, 1559, 598, 2157);
    }

    @Test
    void everySlotIsStartedFromEquallyOften() {
        assertThat(starts(4)).hasSize(Slot.COUNT);
        assertThat(starts(3)).hasSize(Slot.COUNT / 3).allMatch(slot -> slot.number() % 3 == 0);
    }

    private static Set<Slot> starts(int nodes) {
        Set<Slot> starts = new HashSet<>();
        IntStream.range(0, Slot.COUNT).forEach(k -> starts.add(FirstSlot.startOfFile(k, nodes)));
        return starts;
    }

    @Property
    void rangeStepsFromItsFirst(
            @ForAll @LongRange(max = Long.MAX_VALUE - 5000) long k, @ForAll @LongRange(max = 4095) long j) {
        assertThat(FirstSlot.startOfShortFile(k).plus(j * FirstSlot.STEP)).isEqualTo(FirstSlot.startOfShortFile(k + j));
    }

    @Test
    void filesAreCountedFromZero() {
        assertThatThrownBy(() -> FirstSlot.startOfFile(-1, 3)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void longFilesHaveAChunkForEachNode() {
        assertThat(FirstSlot.isLong(3 * 50 * MIB, ChunkSize.DEFAULT, 3)).isTrue();
        assertThat(FirstSlot.isLong(2 * 50 * MIB, ChunkSize.DEFAULT, 3)).isFalse();
        assertThat(FirstSlot.isLong(2 * 50 * MIB + 1, ChunkSize.DEFAULT, 3)).isTrue();
        assertThat(FirstSlot.isLong(FirstSlot.UNKNOWN_SIZE, ChunkSize.DEFAULT, 1))
                .isFalse();
    }

    /**
     * Balanced slots mean balanced bytes: with a thousand files of 1 byte to 1 GiB, nodes differ by
     * less than a tenth.
     */
    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    void bytesAreSpreadEvenly(int nodes) {
        long[] bytes = new long[nodes];
        Layout layout = Samples.chain(nodes, 2);
        Random random = new Random(42);
        long longFiles = 0;
        long shortFiles = 0;
        for (int file = 0; file < 1000; file++) {
            long size = (long) Math.exp(random.nextDouble() * Math.log(1L << 30));
            boolean isLong = FirstSlot.isLong(size, ChunkSize.DEFAULT, nodes);
            Slot first = isLong ? FirstSlot.startOfFile(longFiles++, nodes) : FirstSlot.startOfShortFile(shortFiles++);
            for (int i = 1; i <= ChunkSize.DEFAULT.chunksOf(size); i++) {
                int length = ChunkSize.DEFAULT.lengthOf(i, size);
                layout.homes(first.plus(i - 1)).forEach(node -> bytes[node.number()] += length);
            }
        }
        double mean = Arrays.stream(bytes).average().orElseThrow();
        for (long of : bytes) {
            assertThat(of / mean).isCloseTo(1, within(0.1));
        }
    }
}
