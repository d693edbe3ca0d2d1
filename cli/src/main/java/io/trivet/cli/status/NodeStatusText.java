package io.trivet.cli.status;

import io.trivet.cli.text.Format;
import io.trivet.cli.text.Text;
import io.trivet.client.ClusterStatus;
import io.trivet.client.ClusterStatus.NodeStatus;
import io.trivet.model.Node;
import io.trivet.model.StorageReport;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * The current state of a node in the words of every table. The last report of a silent node is not
 * shown.
 */
public record NodeStatusText(Node node, Optional<NodeStatus> known) {
    public static NodeStatusText in(ClusterStatus status, Node node) {
        return new NodeStatusText(
                node,
                status.nodes().stream()
                        .filter(known -> known.node().equals(node.id()))
                        .findFirst());
    }

    /**
     * {@code up}, {@code full} (up, but has no room for a chunk), {@code r/o} (up, but its disks
     * can only be read), {@code failed} (up, but no disk serves), {@code down}; {@code ?} if a new
     * leader has not heard from it yet, or there is none.
     */
    public Text state() {
        if (known.filter(NodeStatus::reachable).isEmpty()) {
            return Text.of("down");
        }
        if (isUnheard()) {
            return Text.plain("?");
        }
        return switch (storage()) {
            case READ_ONLY -> Text.of("r/o");
            case FAILED -> Text.of("failed");
            case FULL -> Text.of("full");
            case WRITABLE -> {
                boolean full = node.standing().mayHaveSlots()
                        && up().filter(NodeStatus::acceptsChunks).isEmpty();
                yield full ? Text.of("full") : Text.of("up");
            }
        };
    }

    private StorageReport.State storage() {
        return up().map(now -> now.storage().state()).orElse(StorageReport.State.WRITABLE);
    }

    /**
     * The state for programs: {@code unknown} instead of {@code ?}, {@code read-only} instead of
     * {@code r/o}.
     */
    String stateWord() {
        if (isUnheard()) {
            return "unknown";
        }
        return storage() == StorageReport.State.READ_ONLY ? "read-only" : state().toString();
    }

    /** Whether it is unknown if the node is up. */
    boolean isUnheard() {
        return up().isEmpty() && known.filter(NodeStatus::reachable).isPresent();
    }

    /** Empty while it is down, or not heard from. */
    public Optional<NodeStatus> up() {
        return known.filter(NodeStatus::isUp);
    }

    /** Whether it is up and stores new chunks. */
    public boolean takesChunks() {
        return storage() == StorageReport.State.WRITABLE
                && up().filter(NodeStatus::acceptsChunks).isPresent();
    }

    /** A number of bytes for people. */
    String bytes(ToLongFunction<NodeStatus> bytes) {
        return up().map(now -> Format.bytes(bytes.applyAsLong(now))).orElse("?");
    }
}
