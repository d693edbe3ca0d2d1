package io.trivet.placement;

import io.trivet.model.Node;
import io.trivet.model.NodeShare;
import java.util.Collection;
import java.util.List;

/**
 * How heavy nodes are for the planner, in hundredths of an ordinary node. An operator's word
 * counts; else a node's weight follows the capacity of its disks, in steps of which eight double
 * it, so that capacities that differ by a little, or change by a little, are the same weight. The
 * ordinary node, of weight 1, is the one in the middle of those whose weight follows their disks. A
 * node of which nobody knows the capacity is ordinary.
 */
public final class Weights {
    /** The weight of an ordinary node. */
    public static final int ORDINARY = 100;

    private static final double STEPS_TO_DOUBLE = 8;

    private Weights() {}

    /** These nodes as members of a layout. */
    public static List<Member> members(Collection<Node> nodes) {
        long ordinary = ordinaryBytes(nodes);
        return nodes.stream()
                .map(node -> new Member(node.id(), percent(node, ordinary), node.zone()))
                .toList();
    }

    private static int percent(Node node, long ordinaryBytes) {
        if (node.nodeShare().chosenPercent() > 0) {
            return node.nodeShare().chosenPercent();
        }
        long capacity = node.nodeShare().capacityBytes();
        if (capacity == 0) {
            return ORDINARY * node.weight();
        }
        double doublings = StrictMath.log((double) capacity / ordinaryBytes) / StrictMath.log(2);
        double step = StrictMath.rint(doublings * STEPS_TO_DOUBLE);
        double percent = ORDINARY * node.weight() * StrictMath.pow(2, step / STEPS_TO_DOUBLE);
        return Math.clamp(Math.round(percent), 1, NodeShare.MAX_PERCENT);
    }

    /** The lower of two in the middle; 0 where no capacity is known. */
    private static long ordinaryBytes(Collection<Node> nodes) {
        List<Long> capacities = nodes.stream()
                .filter(node -> node.nodeShare().chosenPercent() == 0)
                .map(node -> node.nodeShare().capacityBytes())
                .filter(bytes -> bytes > 0)
                .sorted()
                .toList();
        return capacities.isEmpty() ? 0 : capacities.get((capacities.size() - 1) / 2);
    }
}
