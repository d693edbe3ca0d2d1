package io.trivet.placement;

import io.trivet.model.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an operator wants of the layout. */
public sealed interface LayoutRequest {
    /** All nodes that are there have their share: new ones are taken in, weights and zones are followed. */
    record Balance() implements LayoutRequest {}

    /** A node hands over all it holds. */
    record Drain(NodeId node) implements LayoutRequest {}

    /** A drained node has slots again. */
    record TakeBack(NodeId node) implements LayoutRequest {}

    /** A node is gone for good. */
    record Remove(NodeId node) implements LayoutRequest {}

    /**
     * Some nodes have other weights or zones.
     *
     * @param later nothing moves before the layout is changed for another reason
     */
    record Describe(List<Description> nodes, boolean later) implements LayoutRequest {
        public Describe {
            nodes = List.copyOf(nodes);
        }
    }

    /**
     * Of one node.
     *
     * @param percent its weight in hundredths of an ordinary node's, 0 as its disks are, null as it was
     * @param zone null as it was
     */
    record Description(
            NodeId node,
            @Nullable Integer percent,
            @Nullable String zone) {}

    /** Every chunk has so many replicas. */
    record Replicas(int number) implements LayoutRequest {}

    /** The table of before the last change that an operator made. */
    record Back() implements LayoutRequest {}
}
