package io.trivet.bench.placement;

import io.trivet.model.NodeId;
import io.trivet.placement.Member;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Grows and shrinks clusters that consist only of layouts, and prints as Markdown tables what that
 * would move, how even it leaves the nodes, and what the loss of some costs. Deterministic for a
 * seed, except the times.
 */
final class PlacementSimulation {
    private static final int[] SIZES = {3, 4, 5, 10, 20, 50, 100, 200, 500, 999};
    private static final int LARGEST = 1000;
    private static final long SEED = 20261123;

    private final PrintStream out;

    PlacementSimulation(PrintStream out) {
        this.out = out;
    }

    /** {@code arguments}: the size of the largest cluster, 1,000 by default. */
    public static void main(String[] arguments) {
        int largest = arguments.length == 0 ? LARGEST : Integer.parseInt(arguments[0]);
        new PlacementSimulation(System.out).run(largest);
    }

    void run(int largest) {
        oneMore(largest, 2);
        oneMore(largest, 3);
        oneByOne(largest);
        unequal(largest);
        zones(largest);
        losses();
        afterGrowth();
    }

    static List<Member> equals(int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> new Member(new NodeId(number), 1, ""))
                .toList();
    }

    private void oneMore(int largest, int replicas) {
        title("One node more, and one less, of N equal nodes with " + replicas + " replicas");
        row("N", "moved by N+1", "least", "fullest node", "moved by N-1", "least", "plan, ms of processor time");
        rule(7);
        for (int size : SIZES) {
            if (size < largest && size > replicas) {
                SimulatedCluster more = new SimulatedCluster(equals(size), replicas);
                SimulatedCluster less = new SimulatedCluster(equals(size), replicas);
                SimulatedCluster.Step grown = more.change(equals(size + 1));
                SimulatedCluster.Step shrunk = less.change(without(equals(size), size / 2));
                row(
                        number(size),
                        percent(grown.movedPercent(replicas)),
                        percent(grown.leastPercent(replicas)),
                        over(grown),
                        percent(shrunk.movedPercent(replicas)),
                        percent(shrunk.leastPercent(replicas)),
                        ms(Math.max(grown.cpuMs(), shrunk.cpuMs())));
            }
        }
    }

    private static List<Member> without(List<Member> members, int index) {
        List<Member> fewer = new ArrayList<>(members);
        fewer.remove(index);
        return fewer;
    }

    /** Many small changes must not make a layout worse. */
    private void oneByOne(int largest) {
        title("Equal nodes that join one by one, and leave one by one in any order, 2 replicas");
        row("from", "to", "moved in all, of the data", "least", "largest plan, ms", "fullest node at the end");
        rule(6);
        SimulatedCluster cluster = new SimulatedCluster(equals(3), 2);
        int from = 3;
        for (int to : new int[] {10, 100, 300, LARGEST}) {
            if (to <= largest) {
                journey(cluster, from, to, cluster::change, (members, _) -> equals(members.size() + 1));
                from = to;
            }
        }
        Random random = new Random(SEED);
        for (int to : new int[] {300, 100, 10, 3}) {
            if (to < from) {
                journey(
                        cluster,
                        from,
                        to,
                        cluster::change,
                        (members, _) -> without(members, random.nextInt(members.size())));
                from = to;
            }
        }
    }

    private interface Next {
        List<Member> after(List<Member> members, int step);
    }

    private interface Change {
        SimulatedCluster.Step to(List<Member> members);
    }

    private void journey(SimulatedCluster cluster, int from, int to, Change change, Next next) {
        double moved = 0;
        double least = 0;
        double slowest = 0;
        SimulatedCluster.Step last = null;
        for (int step = 0; step < Math.abs(to - from); step++) {
            last = change.to(next.after(cluster.members(), step));
            moved += last.movedPercent(cluster.replicas()) / 100;
            least += last.leastPercent(cluster.replicas()) / 100;
            slowest = Math.max(slowest, last.cpuMs());
        }
        if (last != null) {
            row(number(from), number(to), times(moved), times(least), ms(slowest), over(last));
        }
    }

    private void unequal(int largest) {
        title("Unequal disks: weights from 1 to 8, 2 replicas");
        row("N", "change", "moved", "least", "fullest node", "plan, ms");
        rule(6);
        for (int size : new int[] {4, 10, 100, LARGEST}) {
            if (size <= largest) {
                Random random = new Random(SEED + size);
                List<Member> members = IntStream.range(0, size)
                        .mapToObj(number -> new Member(new NodeId(number), 1 + random.nextInt(8), ""))
                        .toList();
                SimulatedCluster cluster = new SimulatedCluster(members, 2);
                List<Member> joined = new ArrayList<>(members);
                joined.add(new Member(new NodeId(size), 16, ""));
                unequal(size, "a node of weight 16 joins", cluster, joined);
                unequal(size, "n0 doubles its weight", cluster, changed(joined, 0, weight -> 2 * weight));
                unequal(size, "n1 leaves", cluster, without(cluster.members(), 1));
            }
        }
    }

    private void unequal(int size, String what, SimulatedCluster cluster, List<Member> next) {
        SimulatedCluster.Step step = cluster.change(next);
        row(
                number(size),
                what,
                percent(step.movedPercent(2)),
                percent(step.leastPercent(2)),
                over(step),
                ms(step.cpuMs()));
    }

    private static List<Member> changed(List<Member> members, int index, UnaryOperator<Integer> weight) {
        List<Member> changed = new ArrayList<>(members);
        Member member = members.get(index);
        changed.set(index, new Member(member.node(), weight.apply(member.weight()), member.zone()));
        return changed;
    }

    private void zones(int largest) {
        title("Three zones of equal size, a node more in each, 2 replicas");
        row("N", "moved", "least without zones", "fullest node", "slots with both replicas in one zone", "plan, ms");
        rule(6);
        for (int size : new int[] {3, 6, 30, 300, 996}) {
            if (size < largest) {
                SimulatedCluster cluster = new SimulatedCluster(zoned(size), 2);
                SimulatedCluster.Step step = cluster.change(zoned(size + 3));
                long together = cluster.layout().homes().stream()
                        .filter(homes ->
                                homes.get(0).number() % 3 == homes.get(1).number() % 3)
                        .count();
                row(
                        number(size),
                        percent(step.movedPercent(2)),
                        percent(step.leastPercent(2)),
                        over(step),
                        number((int) together),
                        ms(step.cpuMs()));
            }
        }
    }

    private static List<Member> zoned(int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> new Member(new NodeId(number), 1, "zone" + number % 3))
                .toList();
    }

    private void losses() {
        title("A fresh cluster of N equal nodes that loses f of them for good");
        row(
                "N",
                "R",
                "f",
                "some data is gone, counted",
                "by the formula",
                "share lost on average",
                "in the worst case");
        rule(7);
        for (int size : new int[] {3, 4, 5, 6, 8, 10, 20, 100}) {
            SimulatedCluster two = new SimulatedCluster(equals(size), 2);
            for (int lost = 1; lost <= Math.min(3, size); lost++) {
                loss(two, size, lost, FatalSets.ofChain(size, lost));
            }
            if (size >= 5) {
                loss(new SimulatedCluster(equals(size), 3), size, 3, size / FatalSets.choose(size, 3));
            }
        }
    }

    private void loss(SimulatedCluster cluster, int size, int lost, double formula) {
        FatalSets sets = FatalSets.of(cluster.layout(), lost);
        row(
                number(size),
                number(cluster.replicas()),
                number(lost),
                percent(100 * sets.probability()),
                percent(100 * formula),
                percent(100 * sets.meanShare()),
                percent(100 * sets.worstShare()));
    }

    private void afterGrowth() {
        title("The same for clusters that grew from three nodes one by one, 2 replicas, f = 2");
        row("N", "some data is gone", "a fresh chain", "share lost on average", "in the worst case");
        rule(5);
        SimulatedCluster cluster = new SimulatedCluster(equals(3), 2);
        for (int size = 4; size <= 20; size++) {
            cluster.change(equals(size));
            if (size == 4 || size == 5 || size == 6 || size == 8 || size == 10 || size == 20) {
                FatalSets sets = FatalSets.of(cluster.layout(), 2);
                row(
                        number(size),
                        percent(100 * sets.probability()),
                        percent(100 * FatalSets.ofChain(size, 2)),
                        percent(100 * sets.meanShare()),
                        percent(100 * sets.worstShare()));
            }
        }
    }

    private void title(String title) {
        out.println();
        out.println("### " + title);
        out.println();
    }

    private void row(String... cells) {
        out.println("| " + String.join(" | ", cells) + " |");
    }

    private void rule(int columns) {
        out.println("|" + "---|".repeat(columns));
    }

    private static String number(int number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String percent(double percent) {
        return String.format(Locale.ROOT, "%.2f %%", percent);
    }

    private static String times(double times) {
        return String.format(Locale.ROOT, "%.2f x", times);
    }

    private static String ms(double ms) {
        return String.format(Locale.ROOT, "%.0f", ms);
    }

    private static String over(SimulatedCluster.Step step) {
        return String.format(Locale.ROOT, "%+.2f slots (%+.1f %%)", step.over(), step.overPercent());
    }
}
