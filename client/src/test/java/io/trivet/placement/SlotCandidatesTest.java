package io.trivet.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Layout;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlotCandidatesTest {
    @Property(tries = 100)
    void candidatesArePermutationOfAllNodesWhateverTheirOrder(
            @ForAll @IntRange(min = 3, max = 40) int count,
            @ForAll @IntRange(max = Slot.COUNT - 1) int number,
            @ForAll long seed) {
        Slot slot = new Slot(number);
        Layout old = Samples.chain(3, 2);
        Layout next = Planner.next(old, Samples.equals(count), 2).layout();
        List<NodeId> nodes = new ArrayList<>(Samples.nodes(count + 2));
        List<NodeId> order = SlotCandidates.of(slot, List.of(next, old), nodes);
        Collections.shuffle(nodes, new Random(seed));
        assertThat(order).containsExactlyInAnyOrderElementsOf(nodes);
        assertThat(SlotCandidates.of(slot, List.of(next, old), nodes)).isEqualTo(order);
        assertThat(order).startsWith(next.homes(slot).toArray(NodeId[]::new));
    }

    @Test
    void homesOfEarlierLayoutsComeBeforeStrangers() {
        Layout old = Samples.chain(3, 2);
        Layout next = Planner.next(old, Samples.equals(9).subList(3, 9), 2).layout();
        Samples.slots().forEach(slot -> {
            List<NodeId> order = SlotCandidates.of(slot, List.of(next, old), Samples.nodes(9));
            assertThat(order.subList(0, 2)).isEqualTo(next.homes(slot));
            assertThat(order.subList(2, 4)).isEqualTo(old.homes(slot));
        });
    }

    @Test
    void whoHasLeftForGoodIsPassedOver() {
        List<NodeId> rest = Samples.nodes(4).subList(1, 4);
        Samples.slots()
                .forEach(slot -> assertThat(SlotCandidates.of(slot, List.of(Samples.chain(4, 2)), rest))
                        .containsExactlyInAnyOrderElementsOf(rest));
    }

    @Test
    void newNodeChangesNothingInTheOrderOfTheRest() {
        List<Layout> layouts = List.of(Samples.chain(3, 2));
        Samples.slots().forEach(slot -> {
            List<NodeId> more = new ArrayList<>(SlotCandidates.of(slot, layouts, Samples.nodes(8)));
            more.remove(Samples.node(7));
            assertThat(more).isEqualTo(SlotCandidates.of(slot, layouts, Samples.nodes(7)));
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 10, 20})
    void standInWorkOfDeadNodeSpreadsOverTheOthers(int count) {
        NodeId dead = Samples.node(1);
        List<Layout> layouts = List.of(Samples.chain(count, 2));
        Map<NodeId, Integer> standIns = new TreeMap<>();
        Samples.slots()
                .filter(slot -> layouts.getFirst().homes(slot).contains(dead))
                .forEach(slot -> {
                    List<NodeId> writers =
                            SlotCandidates.writers(slot, layouts, Samples.nodes(count), node -> !node.equals(dead));
                    standIns.merge(writers.getLast(), 1, Integer::sum);
                });
        double mean = 2.0 * Slot.COUNT / count / (count - 1);
        assertThat(standIns).hasSize(count - 1);
        assertThat(standIns.values()).allMatch(work -> work < 1.8 * mean);
    }

    @Test
    void writersAreTheFirstReachableCandidates() {
        List<Layout> layouts = List.of(Samples.chain(5, 3));
        NodeId down = Samples.node(2);
        Slot slot = new Slot(1);
        List<NodeId> candidates = SlotCandidates.of(slot, layouts, Samples.nodes(5));
        List<NodeId> writers = SlotCandidates.writers(slot, layouts, Samples.nodes(5), node -> !node.equals(down));
        assertThat(writers).containsExactly(Samples.node(1), Samples.node(3), candidates.get(3));
    }

    @Test
    void tooFewReachableNodesAreRefused() {
        List<Layout> layouts = List.of(Samples.chain(3, 2));
        assertThatThrownBy(() ->
                        SlotCandidates.writers(new Slot(0), layouts, Samples.nodes(3), node -> node.number() == 2))
                .isInstanceOfSatisfying(
                        TrivetException.class, e -> assertThat(e.kind()).isEqualTo(Refusal.Kind.TOO_FEW_NODES))
                .hasMessageContaining("2 replicas need 2 nodes, but only 1 can be reached");
    }

    /** Other releases must compute the same stand-ins. */
    @Test
    void orderIsTheSameForEver() {
        assertThat(HashMixer.mix(0)).isEqualTo(0xE220A8397B1DCDAFL);
        assertThat(SlotCandidates.of(new Slot(0), List.of(), Samples.nodes(8)))
                .hasToString("[n2, n3, n0, n6, n7, n5, n4, n1]");
        assertThat(SlotCandidates.of(new Slot(2519), List.of(), Samples.nodes(8)))
                .hasToString("[n5, n2, n1, n3, n7, n4, n0, n6]");
    }
}
