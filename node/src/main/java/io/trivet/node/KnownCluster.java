package io.trivet.node;

import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages;
import io.trivet.model.Address;
import io.trivet.model.ClusterView;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node knows of its cluster: the newest view it was told, kept on disk so that it finds the others after a restart, and who leads. Any thread.
 */
final class KnownCluster {
    private static final Logger LOG = LoggerFactory.getLogger(KnownCluster.class);

    private final Path file;
    private volatile @Nullable ClusterView view;
    private volatile @Nullable NodeId leader;
    private volatile long event;
    private volatile Runnable asking = () -> {};

    KnownCluster(Path data) throws IOException {
        file = data.resolve("view");
        if (Files.exists(file)) {
            view = StateCodec.from(StateMessages.ClusterView.parseFrom(Files.readAllBytes(file)));
        }
    }

    Optional<ClusterView> view() {
        return Optional.ofNullable(view);
    }

    long version() {
        ClusterView known = view;
        return known == null ? 0 : known.version();
    }

    /** Takes a view that is newer than what is known. */
    synchronized void learn(ClusterView newer) {
        if (newer.version() <= version()) {
            return;
        }
        view = newer;
        try {
            DurableFile.write(file, StateCodec.to(newer).toByteArray());
        } catch (IOException e) {
            LOG.warn("view not kept file={} cause=\"{}\"", file, e.toString());
        }
    }

    /** The leader's number for the state of the cluster, as last heard; 0 before. */
    long event() {
        return event;
    }

    void eventIs(long number) {
        event = number;
    }

    Optional<NodeId> leader() {
        return Optional.ofNullable(leader);
    }

    void leaderIs(@Nullable NodeId node) {
        leader = node;
    }

    /** What to do when somebody speaks of a node that joined since: ask the leader. */
    void askWith(Runnable asking) {
        this.asking = asking;
    }

    /** Asks the leader whether there is a newer view. */
    void refresh() {
        asking.run();
    }

    /** Asks the leader about a node that the view does not name; throws {@code UNREACHABLE} if there is none. */
    Address address(NodeId node) {
        return known(node)
                .or(() -> {
                    asking.run();
                    return known(node);
                })
                .orElseThrow(() ->
                        TrivetException.of(Refusal.Kind.UNREACHABLE, node.toString(), "this node does not know it"));
    }

    /** Where a node listens, as far as the view says; nobody is asked. */
    Optional<Address> known(NodeId node) {
        return view().flatMap(known -> known.node(node)).map(Node::address);
    }
}
