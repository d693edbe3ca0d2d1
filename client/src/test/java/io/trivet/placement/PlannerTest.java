package io.trivet.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Layout;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlannerTest {
    /** The state of a cluster in a history. */
    record Wish(List<Member> members, int replicas) {}

    @Property(tries = 60)
    void freshEqualClusterIsTheChain(
            @ForAll @IntRange(min = 1, max = 60) int count, @ForAll @IntRange(min = 1, max = 8) int wanted) {
        int replicas = Math.min(count, wanted);
        LayoutPlan layoutPlan = Planner.fresh(Samples.equals(count), replicas);
        assertThat(layoutPlan.layout().version()).isEqualTo(1);
        assertThat(layoutPlan.moves()).isEmpty();
        Samples.slots()
                .forEach(slot -> assertThat(layoutPlan.layout().homes(slot))
                        .isEqualTo(IntStream.range(0, replicas)
                                .mapToObj(i -> Samples.node((slot.number() + i) % count))
                                .toList()));
    }

    @Test
    void smallFreshClustersAreExactlyBalanced() {
        for (int count = 2; count <= 10; count++) {
            assertThat(Samples.held(Samples.chain(count, 2)).values()).containsOnly(2 * Slot.COUNT / count);
        }
    }

    /** A fresh layout, then three plans, each for any other members and replica count. */
    @Property(tries = 80)
    void everyLayoutKeepsAllPromises(@ForAll("wishes") @Size(4) List<Wish> wishes) {
        Layout layout = Planner.fresh(
                        wishes.getFirst().members(), wishes.getFirst().replicas())
                .layout();
        keepsPromises(layout, wishes.getFirst());
        for (Wish wish : wishes.subList(1, 4)) {
            LayoutPlan layoutPlan = Planner.next(layout, wish.members(), wish.replicas());
            assertThat(layoutPlan.layout().version()).isEqualTo(layout.version() + 1);
            keepsPromises(layoutPlan.layout(), wish);
            movesLeadFromOneToTheOther(layoutPlan, layout);
            assertThat(layoutPlan.moves()).hasSizeGreaterThanOrEqualTo(leastMoves(layout, layoutPlan.layout()));
            layout = layoutPlan.layout();
        }
    }

    @Property(tries = 50)
    void orderOfMembersDoesNotMatter(@ForAll("wishes") @Size(2) List<Wish> wishes, @ForAll long seed) {
        Wish then = wishes.getFirst();
        Wish now = wishes.getLast();
        LayoutPlan fresh = Planner.fresh(then.members(), then.replicas());
        assertThat(Planner.fresh(shuffled(then.members(), seed), then.replicas()))
                .isEqualTo(fresh);
        assertThat(Planner.next(fresh.layout(), shuffled(now.members(), seed), now.replicas()))
                .isEqualTo(Planner.next(fresh.layout(), now.members(), now.replicas()));
    }

    @Property(tries = 50)
    void layoutThatKeepsItsPromisesIsLeftAsItIs(@ForAll("wishes") @Size(2) List<Wish> wishes) {
        Wish then = wishes.getFirst();
        Wish now = wishes.getLast();
        Layout fresh = Planner.fresh(then.members(), then.replicas()).layout();
        Layout next = Planner.next(fresh, now.members(), now.replicas()).layout();
        LayoutPlan again = Planner.next(next, now.members(), now.replicas());
        assertThat(again.moves()).isEmpty();
        assertThat(again.layout()).isEqualTo(next.withVersion(next.version() + 1));
    }

    @ParameterizedTest
    @CsvSource({"3, 2, 1260", "4, 2, 1008", "10, 2, 458", "20, 2, 240", "3, 3, 1890", "20, 3, 360"})
    void growingByOneMovesOnePart(int count, int replicas, int moves) {
        LayoutPlan layoutPlan = Planner.next(Samples.chain(count, replicas), Samples.equals(count + 1), replicas);
        assertThat(layoutPlan.moves())
                .hasSize(moves)
                .allMatch(replicaMove -> replicaMove.to().number() == count);
        assertThat(moves).isEqualTo(replicas * Slot.COUNT / (count + 1));
    }

    /**
     * Adds up to twelve nodes one by one and removes them in random order: no step moves more than
     * the quotas require.
     */
    @Property(tries = 20)
    void growingAndShrinkingMoveTheLeastPossible(@ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int replicas) {
        List<Member> members = Samples.equals(replicas);
        Layout layout = Samples.chain(replicas, replicas);
        for (int number = replicas; number < 12; number++) {
            members = Samples.with(members, new Member(Samples.node(number), 1, ""));
            layout = movesTheLeast(layout, members, replicas);
        }
        List<Member> leaving = shuffled(members, seed);
        while (members.size() > replicas) {
            members = Samples.without(members, leaving.removeFirst().node().number());
            layout = movesTheLeast(layout, members, replicas);
        }
    }

    private static Layout movesTheLeast(Layout old, List<Member> members, int replicas) {
        LayoutPlan layoutPlan = Planner.next(old, members, replicas);
        assertThat(layoutPlan.moves()).hasSize(leastMoves(old, layoutPlan.layout()));
        return layoutPlan.layout();
    }

    @Test
    void moreReplicasMoveOnlyTheNewOnesAndFewerMoveNothing() {
        Layout two = Samples.chain(5, 2);
        LayoutPlan three = Planner.next(two, Samples.equals(5), 3);
        assertThat(three.moves()).hasSize(Slot.COUNT).allMatch(replicaMove -> replicaMove.from() == null);
        assertThat(Planner.next(three.layout(), Samples.equals(5), 2).moves()).isEmpty();
    }

    @Test
    void heavyNodeHoldsOneReplicaOfEachSlotAtMost() {
        List<Member> members = Samples.with(Samples.equals(3), new Member(Samples.node(3), 100, ""));
        LayoutPlan layoutPlan = Planner.next(Samples.chain(3, 2), members, 2);
        assertThat(Samples.held(layoutPlan.layout()).values()).containsExactly(840, 840, 840, 2520);
    }

    @Test
    void equalZonesAlternateInTheChain() {
        List<Member> members = IntStream.range(0, 4)
                .mapToObj(i -> new Member(Samples.node(i), 1, i < 2 ? "left" : "right"))
                .toList();
        Layout layout = Planner.fresh(members, 2).layout();
        assertThat(layout.homes().subList(0, 4))
                .containsExactly(
                        List.of(Samples.node(0), Samples.node(2)),
                        List.of(Samples.node(2), Samples.node(1)),
                        List.of(Samples.node(1), Samples.node(3)),
                        List.of(Samples.node(3), Samples.node(0)));
    }

    @Test
    void firstHomesAreSpread() {
        Layout layout = Samples.chain(3, 2);
        for (int count = 4; count <= 10; count++) {
            layout = Planner.next(layout, Samples.equals(count), 2).layout();
            int[] first = new int[count];
            layout.homes().forEach(homes -> first[homes.getFirst().number()]++);
            int even = Slot.COUNT / count;
            assertThat(Arrays.stream(first)).allMatch(of -> Math.abs(of - even) <= 5);
        }
    }

    @Test
    void fewerNodesThanReplicasAreRefused() {
        assertThatThrownBy(() -> Planner.fresh(Samples.equals(2), 3))
                .isInstanceOfSatisfying(
                        TrivetException.class, e -> assertThat(e.kind()).isEqualTo(Refusal.Kind.TOO_FEW_NODES))
                .hasMessageContaining("3 replicas need 3 nodes, but only 2");
        assertThatThrownBy(() -> Planner.next(Samples.chain(3, 2), List.of(), 1))
                .isInstanceOf(TrivetException.class);
    }

    @Test
    void nonsenseIsRefused() {
        List<Member> twice = Samples.with(Samples.equals(2), new Member(Samples.node(1), 2, ""));
        assertThatThrownBy(() -> Planner.fresh(twice, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Planner.fresh(Samples.equals(3), 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Planner.fresh(Samples.equals(9), 9)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Member(Samples.node(0), 0, "")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void thousandNodesArePlannedInTime() {
        Layout layout = Samples.chain(1000, 2);
        List<Member> zoned = IntStream.range(0, 1001)
                .mapToObj(i -> new Member(Samples.node(i), 1 + i % 3, "zone" + i % 7))
                .toList();
        LayoutPlan layoutPlan = Assertions.assertTimeout(Duration.ofSeconds(10), () -> Planner.next(layout, zoned, 3));
        keepsPromises(layoutPlan.layout(), new Wish(zoned, 3));
    }

    @Provide
    Arbitrary<List<Wish>> wishes() {
        Arbitrary<Integer> weights = Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.just(1)),
                Tuple.of(1, Arbitraries.integers().between(1, 9)));
        Arbitrary<String> zones = Arbitraries.of("", "a", "b", "c");
        Arbitrary<Member> members = Combinators.combine(
                        Arbitraries.integers().between(0, 15).map(NodeId::new), weights, zones)
                .as(Member::new);
        Arbitrary<Wish> zoned = Combinators.combine(
                        members.list().ofMinSize(1).ofMaxSize(12).uniqueElements(Member::node),
                        Arbitraries.integers().between(1, 4))
                .as((all, replicas) -> new Wish(all, Math.min(replicas, all.size())));
        return Arbitraries.oneOf(zoned, zoned.map(PlannerTest::withoutZones)).list();
    }

    private static Wish withoutZones(Wish wish) {
        return new Wish(
                wish.members().stream()
                        .map(member -> new Member(member.node(), member.weight(), ""))
                        .toList(),
                wish.replicas());
    }

    private static void keepsPromises(Layout layout, Wish wish) {
        assertThat(layout.replicas()).isEqualTo(wish.replicas());
        Map<NodeId, Double> shares = SlowShares.of(wish.members(), wish.replicas());
        assertThat(shares.keySet()).containsAll(layout.nodes());
        Map<NodeId, Integer> held = Samples.held(layout);
        shares.forEach((node, share) -> assertThat(held.getOrDefault(node, 0) - share)
                .as("%s of %s", node, wish)
                .isBetween(-wish.replicas() - 1e-6, wish.replicas() + 1e-6));
        int limit = SlowShares.zoneLimit(wish.members(), wish.replicas());
        SlowShares.zones(wish.members()).forEach((zone, members) -> {
            Set<NodeId> inside = members.stream().map(Member::node).collect(Collectors.toSet());
            assertThat(layout.homes())
                    .as("zone %s of %s", zone, wish)
                    .allMatch(homes -> homes.stream().filter(inside::contains).count() <= limit);
        });
    }

    private static void movesLeadFromOneToTheOther(LayoutPlan layoutPlan, Layout old) {
        List<Set<NodeId>> homes = new ArrayList<>();
        old.homes().forEach(slot -> homes.add(new HashSet<>(slot)));
        for (ReplicaMove replicaMove : layoutPlan.moves()) {
            Set<NodeId> slot = homes.get(replicaMove.slot().number());
            assertThat(replicaMove.from() == null || slot.remove(replicaMove.from()))
                    .isTrue();
            assertThat(slot.add(replicaMove.to())).isTrue();
        }
        Samples.slots()
                .forEach(slot -> assertThat(homes.get(slot.number()))
                        .containsAll(layoutPlan.layout().homes(slot)));
    }

    /** What nodes hold more than before has to move, whichever node it comes from. */
    private static int leastMoves(Layout old, Layout next) {
        Map<NodeId, Integer> before = Samples.held(old);
        return Samples.held(next).entrySet().stream()
                .mapToInt(entry -> Math.max(0, entry.getValue() - before.getOrDefault(entry.getKey(), 0)))
                .sum();
    }

    private static List<Member> shuffled(List<Member> members, long seed) {
        List<Member> shuffled = new ArrayList<>(members);
        Collections.shuffle(shuffled, new Random(seed));
        return shuffled;
    }
}
