package io.trivet.bench.micro;

import io.trivet.model.Layout;
import io.trivet.model.NodeId;
import io.trivet.model.Slot;
import io.trivet.placement.LayoutPlan;
import io.trivet.placement.Member;
import io.trivet.placement.Planner;
import io.trivet.placement.SlotCandidates;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Finding the nodes of a chunk, and computing a layout. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PlacementBenchmark {
    private final Crowd three = new Crowd(3);
    private final Crowd hundred = new Crowd(100);
    private int slot;

    private static final class Crowd {
        private final List<NodeId> nodes;
        private final List<Layout> layouts;

        Crowd(int size) {
            nodes = IntStream.range(0, size).mapToObj(NodeId::new).toList();
            layouts = List.of(Planner.fresh(members(size), 2).layout());
        }

        static List<Member> members(int size) {
            return IntStream.range(0, size)
                    .mapToObj(number -> new Member(new NodeId(number), 1, ""))
                    .toList();
        }
    }

    private Slot next() {
        slot = (slot + 1) % Slot.COUNT;
        return new Slot(slot);
    }

    @Benchmark
    public List<NodeId> candidatesOfThree() {
        return SlotCandidates.of(next(), three.layouts, three.nodes);
    }

    @Benchmark
    public List<NodeId> candidatesOfAHundred() {
        return SlotCandidates.of(next(), hundred.layouts, hundred.nodes);
    }

    @Benchmark
    public LayoutPlan theFourthNode() {
        return Planner.next(three.layouts.getFirst(), Crowd.members(4), 2);
    }
}
