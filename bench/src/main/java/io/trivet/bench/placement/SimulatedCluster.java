package io.trivet.bench.placement;

import io.trivet.model.Layout;
import io.trivet.model.NodeId;
import io.trivet.model.Slot;
import io.trivet.placement.LayoutPlan;
import io.trivet.placement.Member;
import io.trivet.placement.Planner;
import java.lang.management.ManagementFactory;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A cluster that consists only of its layout, changed step by step. One thread. */
final class SimulatedCluster {
    private static final double ROUNDING = 1e-6;

    private List<Member> members;
    private int replicas;
    private Layout layout;

    /** A new cluster. */
    SimulatedCluster(List<Member> members, int replicas) {
        this.members = List.copyOf(members);
        this.replicas = replicas;
        this.layout = Planner.fresh(members, replicas).layout();
    }

    /**
     * The effect of a change of the members. Slots stand for data: every slot holds the same part
     * of it, since first slots step evenly.
     *
     * @param moved replicas of slots that had to be copied
     * @param least a lower bound for every layout in which each member has its share, rounded up or
     *     down; that no member may have a slot twice can require more, which is ignored
     * @param cpuMs processor time of the plan
     * @param over how far the fullest member is above its share, in slots ...
     * @param overPercent ... and in percent of its share
     */
    record Step(int before, int after, int moved, int least, double cpuMs, double over, double overPercent) {
        double movedPercent(int replicas) {
            return 100.0 * moved / (replicas * Slot.COUNT);
        }

        double leastPercent(int replicas) {
            return 100.0 * least / (replicas * Slot.COUNT);
        }
    }

    Layout layout() {
        return layout;
    }

    List<Member> members() {
        return members;
    }

    int replicas() {
        return replicas;
    }

    Step change(List<Member> next) {
        return change(next, replicas);
    }

    private static int slots(Map<NodeId, Integer> held, Member member) {
        return held.getOrDefault(member.node(), 0);
    }

    private static double share(Map<NodeId, Double> shares, Member member) {
        return Objects.requireNonNull(shares.get(member.node()));
    }

    Step change(List<Member> next, int nextReplicas) {
        Map<NodeId, Integer> held = held(layout);
        Map<NodeId, Double> shares = shares(next, nextReplicas);
        int least = least(held, shares, nextReplicas);
        long begin = cpuNanos();
        LayoutPlan layoutPlan = Planner.next(layout, next, nextReplicas);
        double cpuMs = (cpuNanos() - begin) / 1e6;
        Map<NodeId, Integer> then = held(layoutPlan.layout());
        Member fullest = next.stream()
                .max(Comparator.comparingDouble(member -> slots(then, member) / share(shares, member)))
                .orElseThrow();
        double share = share(shares, fullest);
        double over = slots(then, fullest) - share;
        Step step = new Step(
                members.size(), next.size(), layoutPlan.moves().size(), least, cpuMs, over, 100 * over / share);
        layout = layoutPlan.layout();
        members = List.copyOf(next);
        replicas = nextReplicas;
        return step;
    }

    /**
     * Members below their share rounded down must receive the difference; what members hold above
     * their share rounded up must go to others.
     */
    private static int least(Map<NodeId, Integer> held, Map<NodeId, Double> shares, int replicas) {
        int wanted = 0;
        int kept = 0;
        for (Map.Entry<NodeId, Double> share : shares.entrySet()) {
            int has = held.getOrDefault(share.getKey(), 0);
            wanted += Math.max(0, (int) Math.floor(share.getValue() + ROUNDING) - has);
            kept += Math.min(has, (int) Math.ceil(share.getValue() - ROUNDING));
        }
        return Math.max(wanted, replicas * Slot.COUNT - kept);
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    static Map<NodeId, Integer> held(Layout layout) {
        Map<NodeId, Integer> held = new HashMap<>();
        layout.homes().forEach(homes -> homes.forEach(node -> held.merge(node, 1, Integer::sum)));
        return held;
    }

    /**
     * The share of each member, computed differently than by the planner: what one cannot take,
     * because no member has a slot twice, goes to the others by weight. Ignores zones, which are
     * chosen such that they change no share.
     */
    static Map<NodeId, Double> shares(List<Member> members, int replicas) {
        double low = 0;
        double high = (double) Slot.COUNT * replicas;
        for (int round = 0; round < 200; round++) {
            double perWeight = (low + high) / 2;
            double total = members.stream()
                    .mapToDouble(member -> Math.min(Slot.COUNT, perWeight * member.weight()))
                    .sum();
            if (total < (double) Slot.COUNT * replicas) {
                low = perWeight;
            } else {
                high = perWeight;
            }
        }
        Map<NodeId, Double> shares = new HashMap<>();
        for (Member member : members) {
            shares.put(member.node(), Math.min(Slot.COUNT, high * member.weight()));
        }
        return shares;
    }
}
