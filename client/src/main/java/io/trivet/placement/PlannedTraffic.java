package io.trivet.placement;

import io.trivet.model.NodeId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a plan makes nodes send and receive.
 *
 * @param nodes each node that receives or gives up something
 * @param total over all moves
 */
public record PlannedTraffic(Map<NodeId, OfNode> nodes, Part total) {
    /** A number of slots and what is in them. */
    public record Part(int slots, SlotSize size) {
        static final Part NONE = new Part(0, SlotSize.NOTHING);

        Part with(SlotSize more) {
            return new Part(slots + 1, size.plus(more));
        }
    }

    /** What a node receives and what it gives up to others. */
    public record OfNode(Part in, Part out) {
        static final OfNode NONE = new OfNode(Part.NONE, Part.NONE);
    }

    public PlannedTraffic {
        nodes = Map.copyOf(nodes);
    }

    /** {@code sizes}: of every slot, by its number. */
    public static PlannedTraffic of(List<ReplicaMove> moves, List<SlotSize> sizes) {
        Map<NodeId, OfNode> nodes = new TreeMap<>();
        Part total = Part.NONE;
        for (ReplicaMove replicaMove : moves) {
            SlotSize size = sizes.get(replicaMove.slot().number());
            total = total.with(size);
            OfNode to = nodes.getOrDefault(replicaMove.to(), OfNode.NONE);
            nodes.put(replicaMove.to(), new OfNode(to.in().with(size), to.out()));
            if (replicaMove.from() instanceof NodeId giving) {
                OfNode from = nodes.getOrDefault(giving, OfNode.NONE);
                nodes.put(giving, new OfNode(from.in(), from.out().with(size)));
            }
        }
        return new PlannedTraffic(nodes, total);
    }

    public OfNode of(NodeId node) {
        return nodes.getOrDefault(node, OfNode.NONE);
    }

    /** The most bytes that any one node receives; that node finishes last. */
    public long mostIn() {
        return nodes.values().stream()
                .mapToLong(node -> node.in().size().bytes())
                .max()
                .orElse(0);
    }
}
