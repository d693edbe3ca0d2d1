package io.trivet.cli;

import io.trivet.client.ClusterStatus;
import io.trivet.client.ClusterStatus.NodeStatus;
import io.trivet.model.Node;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** A node at this moment, in the words of every table: what a node last said of itself is not shown once it is silent. */
record NodeNow(Node node, Optional<NodeStatus> known) {
    static NodeNow in(ClusterStatus status, Node node) {
        return new NodeNow(
                node,
                status.nodes().stream()
                        .filter(known -> known.node().equals(node.id()))
                        .findFirst());
    }

    /** {@code up}, {@code full} (up, but takes no more chunks), {@code down}; {@code ?} where a new leader has not heard from it yet, or there is none. */
    Text state() {
        if (known.filter(NodeStatus::reachable).isEmpty()) {
            return Text.of("down");
        }
        if (isUnheard()) {
            return Text.plain("?");
        }
        boolean full = node.standing().mayHaveSlots()
                && up().filter(NodeStatus::acceptsChunks).isEmpty();
        return full ? Text.of("full") : Text.of("up");
    }

    /** The same for programs: {@code unknown} instead of {@code ?}. */
    String stateWord() {
        return isUnheard() ? "unknown" : state().toString();
    }

    /** Whether nobody knows if it is up. */
    boolean isUnheard() {
        return up().isEmpty() && known.filter(NodeStatus::reachable).isPresent();
    }

    /** Empty while it is down, or not heard from. */
    Optional<NodeStatus> up() {
        return known.filter(NodeStatus::isUp);
    }

    /** A number of bytes for people. */
    String bytes(ToLongFunction<NodeStatus> bytes) {
        return up().map(now -> Wording.bytes(bytes.applyAsLong(now))).orElse("?");
    }
}
