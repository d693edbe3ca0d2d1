package io.trivet.placement;

import io.trivet.model.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A change of the layout that an operator requests. */
public sealed interface LayoutRequest {
    /** Gives every reachable node its share: takes new nodes in, and follows weights and zones. */
    record Balance() implements LayoutRequest {}

    /** Empties a node. */
    record Drain(NodeId node) implements LayoutRequest {}

    /** Gives a drained node slots again. */
    record TakeBack(NodeId node) implements LayoutRequest {}

    /** Removes a node permanently. */
    record Remove(NodeId node) implements LayoutRequest {}

    /**
     * Changes weights or zones of nodes.
     *
     * @param later nothing moves before the next change of the layout
     */
    record Describe(List<Description> nodes, boolean later) implements LayoutRequest {
        public Describe {
            nodes = List.copyOf(nodes);
        }
    }

    /**
     * The new weight and zone of a node.
     *
     * @param percent its weight as a percentage of an ordinary node's; 0 to follow its disks'
     *     capacity, null for no change
     * @param zone null for no change
     */
    record Description(
            NodeId node,
            @Nullable Integer percent,
            @Nullable String zone) {}

    /** Changes the number of replicas of every chunk. */
    record Replicas(int number) implements LayoutRequest {}

    /** Restores the table from before an operator's last change. */
    record Back() implements LayoutRequest {}
}
