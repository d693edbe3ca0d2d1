package io.trivet.placement;

import io.trivet.model.Layout;
import java.util.List;

/**
 * What the planner proposes.
 *
 * @param layout the next layout
 * @param moves what has to be copied for it, by slot; empty for a fresh cluster, which holds
 *     nothing yet
 */
public record LayoutPlan(Layout layout, List<ReplicaMove> moves) {
    public LayoutPlan {
        moves = List.copyOf(moves);
    }
}
