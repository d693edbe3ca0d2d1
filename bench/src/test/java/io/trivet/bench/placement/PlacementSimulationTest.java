package io.trivet.bench.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.trivet.model.NodeId;
import io.trivet.placement.Member;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The short form of the simulation: what the tables of docs/placement.md claim. */
class PlacementSimulationTest {
    private static final long SEED = 20261123;

    private static void movesTheLeast(SimulatedCluster.Step step) {
        assertThat((double) step.moved()).isBetween((double) step.least(), 1.05 * step.least());
        assertThat(step.over()).isLessThan(1);
    }

    @Test
    void joiningAndLeavingOneByOneMovesTheLeastAndStaysEven() {
        SimulatedCluster cluster = new SimulatedCluster(PlacementSimulation.equals(3), 2);
        double moved = 0;
        double least = 0;
        for (int size = 4; size <= 40; size++) {
            SimulatedCluster.Step step = cluster.change(PlacementSimulation.equals(size));
            movesTheLeast(step);
            moved += step.moved();
            least += step.least();
        }
        assertThat(moved).as("the whole way").isLessThan(1.05 * least);
        Random random = new Random(SEED);
        while (cluster.members().size() > 3) {
            List<Member> fewer = new ArrayList<>(cluster.members());
            fewer.remove(random.nextInt(fewer.size()));
            movesTheLeast(cluster.change(fewer));
        }
    }

    @Test
    void unequalNodesGetWhatTheyCanHold() {
        Random random = new Random(SEED);
        List<Member> members = new ArrayList<>(IntStream.range(0, 12)
                .mapToObj(number -> new Member(new NodeId(number), 1 + random.nextInt(8), ""))
                .toList());
        SimulatedCluster cluster = new SimulatedCluster(members, 2);
        members.add(new Member(new NodeId(12), 16, ""));
        movesTheLeast(cluster.change(members));
        members.remove(3);
        movesTheLeast(cluster.change(members));
    }

    @Test
    void aThousandNodesTakeOneMore() {
        SimulatedCluster cluster = new SimulatedCluster(PlacementSimulation.equals(999), 2);
        movesTheLeast(cluster.change(PlacementSimulation.equals(1000)));
    }

    /** Thomasian and Blaum, IEEE Transactions on Computers, 2006. */
    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6, 8, 10, 20})
    void aFreshChainLosesAsOftenAsTheFormulaSays(int nodes) {
        SimulatedCluster cluster = new SimulatedCluster(PlacementSimulation.equals(nodes), 2);
        for (int lost = 1; lost <= 3; lost++) {
            FatalSets sets = FatalSets.of(cluster.layout(), lost);
            assertThat(sets.probability()).as("%d lost", lost).isCloseTo(FatalSets.ofChain(nodes, lost), within(1e-9));
            double mean = FatalSets.choose(lost, 2) / FatalSets.choose(nodes, 2);
            assertThat(sets.meanShare()).isCloseTo(mean, within(0.01 * mean + 1e-12));
        }
    }

    @Test
    void theTablesAreMarkdown() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new PlacementSimulation(new PrintStream(bytes, true, StandardCharsets.UTF_8)).run(12);
        String text = bytes.toString(StandardCharsets.UTF_8);
        assertThat(text).contains("### One node more").contains("| 4 | 20.00 % | 20.00 % |");
        assertThat(text.lines().filter(line -> line.startsWith("|"))).allMatch(line -> line.endsWith("|"));
    }
}
