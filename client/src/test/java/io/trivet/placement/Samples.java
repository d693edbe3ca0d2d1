package io.trivet.placement;

import io.trivet.model.Layout;
import io.trivet.model.NodeId;
import io.trivet.model.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Members, layouts and counts that the tests of this package share. */
final class Samples {
    private Samples() {}

    static NodeId node(int number) {
        return new NodeId(number);
    }

    static List<NodeId> nodes(int count) {
        return IntStream.range(0, count).mapToObj(NodeId::new).toList();
    }

    /** Nodes 0 to count - 1, all alike. */
    static List<Member> equals(int count) {
        return nodes(count).stream().map(node -> new Member(node, 1, "")).toList();
    }

    static List<Member> without(List<Member> members, int number) {
        return members.stream()
                .filter(member -> member.node().number() != number)
                .toList();
    }

    static List<Member> with(List<Member> members, Member another) {
        List<Member> more = new ArrayList<>(members);
        more.add(another);
        return more;
    }

    static Layout chain(int nodes, int replicas) {
        return Planner.fresh(equals(nodes), replicas).layout();
    }

    static Stream<Slot> slots() {
        return IntStream.range(0, Slot.COUNT).mapToObj(Slot::new);
    }

    static Map<NodeId, Integer> held(Layout layout) {
        Map<NodeId, Integer> held = new TreeMap<>();
        layout.homes().forEach(homes -> homes.forEach(node -> held.merge(node, 1, Integer::sum)));
        return held;
    }
}
