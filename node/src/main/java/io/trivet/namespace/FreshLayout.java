package io.trivet.namespace;

import io.trivet.model.Layout;
import io.trivet.model.NodeId;
import io.trivet.model.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The layout of a cluster without data: slot s goes to the nodes s mod N, s+1 mod N, ... in the
 * order they joined. It does not use the planner, although the result is the same: a log entry must
 * have the same effect in every release, while the planner may improve.
 */
final class FreshLayout {
    private FreshLayout() {}

    static Layout of(long version, List<NodeId> nodes, int replicas) {
        List<List<NodeId>> homes = new ArrayList<>(Slot.COUNT);
        for (int slot = 0; slot < Slot.COUNT; slot++) {
            homes.add(chain(slot, nodes, replicas));
        }
        return new Layout(version, replicas, homes);
    }

    private static List<NodeId> chain(int slot, List<NodeId> nodes, int replicas) {
        return IntStream.range(slot, slot + replicas)
                .mapToObj(seat -> nodes.get(seat % nodes.size()))
                .toList();
    }
}
