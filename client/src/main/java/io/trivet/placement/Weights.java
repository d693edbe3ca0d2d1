package io.trivet.placement;

import io.trivet.model.Node;
import io.trivet.model.NodeShare;
import java.util.Collection;
import java.util.List;

/**
 * The weights of nodes for the planner, as percentages of an ordinary node. A weight that an
 * operator chose takes precedence. Otherwise it follows the capacity of the node's disks, in steps
 * of which eight double it, so that small differences in capacity do not matter. The ordinary node,
 * of weight 100, is the median of those whose weight follows their disks. A node of unknown
 * capacity is ordinary.
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

    /** The median, of two the smaller; 0 if no capacity is known. */
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
