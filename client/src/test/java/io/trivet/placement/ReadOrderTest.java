package io.trivet.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.trivet.model.ChunkId;
import io.trivet.model.FileId;
import io.trivet.model.Layout;
import io.trivet.model.NodeId;
import io.trivet.model.Slot;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadOrderTest {
    private static final Predicate<NodeId> ALL = node -> true;

    @Property(tries = 100)
    void everyNodeIsAskedHomesFirstAndTheUnreachableLast(
            @ForAll @IntRange(min = 4, max = 12) int count,
            @ForAll Set<@IntRange(max = 13) Integer> down,
            @ForAll @IntRange(max = Slot.COUNT - 1) int number,
            @ForAll @IntRange(min = 1, max = 100) int chunk,
            @ForAll long reader) {
        Layout layout = Samples.chain(count, 3);
        Predicate<NodeId> reachable = node -> !down.contains(node.number());
        Slot slot = new Slot(number);
        List<NodeId> nodes = Samples.nodes(count + 2);
        List<NodeId> order = new ReadOrder(List.of(layout), nodes, reachable).of(slot, chunk(1, chunk), reader);
        assertThat(order).containsExactlyInAnyOrderElementsOf(nodes);
        List<NodeId> homes = layout.homes(slot).stream().filter(reachable).toList();
        assertThat(order.subList(0, homes.size())).containsExactlyInAnyOrderElementsOf(homes);
        long up = nodes.stream().filter(reachable).count();
        assertThat(order.subList(0, (int) up)).allMatch(reachable);
    }

    @Test
    void readersBeginWithDifferentReplicas() {
        ReadOrder order = new ReadOrder(List.of(Samples.chain(5, 3)), Samples.nodes(5), ALL);
        Set<NodeId> first = new HashSet<>();
        for (int reader = 0; reader < 50; reader++) {
            first.add(order.of(new Slot(0), chunk(1, 1), reader).getFirst());
        }
        assertThat(first).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({"3, 2", "4, 2", "5, 2", "6, 3", "10, 3"})
    void oneReaderOfOneFileLoadsEveryNodeOnceInARound(int count, int replicas) {
        ReadOrder order = new ReadOrder(List.of(Samples.chain(count, replicas)), Samples.nodes(count), ALL);
        for (int round = 0; round < 20; round++) {
            Set<NodeId> asked = new HashSet<>();
            for (int i = round * count + 1; i <= (round + 1) * count; i++) {
                asked.add(order.of(new Slot(i - 1), chunk(1, i), 7).getFirst());
            }
            assertThat(asked).hasSize(count);
        }
    }

    @Test
    void readersTogetherLoadAllReplicasOfGrownLayoutAlike() {
        Layout grown = Planner.next(Samples.chain(4, 2), Samples.equals(5), 2).layout();
        double[] load = load(grown, ALL);
        assertThat(Arrays.stream(load)).allMatch(of -> Math.abs(of - 0.2) < 0.01);
    }

    /**
     * Chained declustering: all other nodes share the load of a dead node, not its neighbours
     * alone.
     */
    @ParameterizedTest
    @CsvSource({"3, 2", "4, 2", "5, 2", "10, 2", "20, 2", "5, 3", "10, 3"})
    void loadOfDeadNodeSpreadsOverAllOthers(int count, int replicas) {
        NodeId dead = Samples.node(count / 2);
        double[] load = load(Samples.chain(count, replicas), node -> !node.equals(dead));
        for (int node = 0; node < count; node++) {
            double expected = node == dead.number() ? 0 : 1.0 / (count - 1);
            assertThat(load[node]).isCloseTo(expected, within(0.03 * expected));
        }
    }

    @Test
    void twoDeadNodesLeaveTheRestAsEvenAsTheChainAllows() {
        Layout layout = Samples.chain(6, 2);
        double[] load = load(layout, node -> node.number() != 0 && node.number() != 3);
        for (int node : List.of(1, 2, 4, 5)) {
            assertThat(load[node]).isCloseTo(0.25, within(0.01));
        }
    }

    @Test
    void snapshotOfThousandNodesIsMadeAtOnce() {
        Layout layout = Samples.chain(1000, 3);
        List<NodeId> nodes = Samples.nodes(1000);
        ReadOrder order = Assertions.assertTimeout(
                Duration.ofSeconds(5), () -> new ReadOrder(List.of(layout), nodes, node -> node.number() % 7 != 0));
        assertThat(order.of(new Slot(0), chunk(1, 1), 0)).hasSize(1000);
    }

    /** The share of all first requests that each node gets when many readers load whole files. */
    private static double[] load(Layout layout, Predicate<NodeId> reachable) {
        List<NodeId> nodes = layout.nodes();
        ReadOrder order = new ReadOrder(List.of(layout), nodes, reachable);
        double[] load = new double[nodes.size()];
        int reads = 40 * Slot.COUNT;
        for (int i = 0; i < reads; i++) {
            int file = 1 + i / 100;
            Slot slot = FirstSlot.startOfFile(file, nodes.size()).plus(i % 100);
            NodeId first = order.of(slot, chunk(file, i % 100 + 1), file % 17).getFirst();
            load[first.number()] += 1.0 / reads;
        }
        return load;
    }

    private static ChunkId chunk(int file, int number) {
        return new ChunkId(new FileId(1, file), number);
    }
}
