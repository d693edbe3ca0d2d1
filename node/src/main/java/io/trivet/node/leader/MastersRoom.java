package io.trivet.node.leader;

import io.trivet.model.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a majority of the masters has room for its logs. Without one the namespace must not grow: the reserve of
 * the others is for commands that free space, and with full logs on a majority even these could not be committed.
 */
final class MastersRoom {
    private MastersRoom() {}

    /**
     * A master that is short of room, if those with room are no majority; empty otherwise. A master that was not
     * heard from yet, shortly after an election, counts as one with room.
     *
     * @param epoch of the namespace
     */
    static Optional<NodeId> tooLittle(Set<NodeId> voters, List<ObservedNode> nodes, int epoch) {
        int withRoom = 0;
        @Nullable NodeId shortOne = null;
        for (ObservedNode node : nodes) {
            if (voters.contains(node.node())) {
                if (node.present() && node.seat().shortOfRoom()) {
                    shortOne = node.node();
                } else if (mayWrite(node, epoch)) {
                    withRoom++;
                }
            }
        }
        return 2 * withRoom > voters.size() ? Optional.empty() : Optional.ofNullable(shortOne);
    }

    private static boolean mayWrite(ObservedNode node, int epoch) {
        return node.present()
                ? node.seat().votes(epoch)
                : node.silence().compareTo(HeartbeatMonitor.SILENT_AFTER) < 0;
    }
}
