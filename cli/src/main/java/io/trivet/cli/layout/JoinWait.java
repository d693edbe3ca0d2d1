package io.trivet.cli.layout;

import io.trivet.client.ClientOptions;
import io.trivet.client.ClusterStatus;
import io.trivet.client.Profile;
import io.trivet.client.TrivetClient;
import io.trivet.model.AdminState;
import io.trivet.model.ClusterView;
import io.trivet.model.Layout;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.TrivetException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Waits until new nodes have slots in the newest layout, and seats as far as there are any; a save
 * before that would use only the earlier nodes. A node that joined a cluster with data waits for an
 * operator, and this does not wait for it.
 */
public final class JoinWait {
    private static final int SEATS = 3;
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private JoinWait() {}

    /** Polls the cluster; false if time is up. */
    public static boolean await(Profile profile, Collection<NodeId> nodes, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < deadline) {
            if (look(profile).filter(status -> isSettled(status.view(), nodes)).isPresent()) {
                return true;
            }
            try {
                Thread.sleep(LOOK_EVERY);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return false;
    }

    /**
     * Whether the newest layout gives slots to all of these nodes, and each is a master or all
     * seats are taken.
     */
    static boolean isSettled(ClusterView view, Collection<NodeId> nodes) {
        Optional<Layout> newest = view.layouts().stream().findFirst();
        Set<NodeId> masters =
                new HashSet<>(view.masters().stream().map(Node::id).toList());
        return newest.isPresent()
                && newest.get().nodes().containsAll(notWaiting(view, nodes))
                && (masters.size() >= SEATS || masters.containsAll(nodes));
    }

    private static List<NodeId> notWaiting(ClusterView view, Collection<NodeId> nodes) {
        return nodes.stream()
                .filter(id -> view.node(id)
                        .filter(node -> node.standing() == AdminState.WAITING)
                        .isEmpty())
                .toList();
    }

    /** Empty while no node answers or there is no leader. */
    private static Optional<ClusterStatus> look(Profile profile) {
        try (TrivetClient client = TrivetClient.connect(ClientOptions.of(profile))) {
            return Optional.of(client.cluster().status());
        } catch (TrivetException e) {
            return Optional.empty();
        }
    }
}
