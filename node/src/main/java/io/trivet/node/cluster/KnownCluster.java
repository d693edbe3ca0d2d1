package io.trivet.node.cluster;

import io.trivet.file.AtomicFile;
import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages;
import io.trivet.model.Address;
import io.trivet.model.ClusterView;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.credentials.CertifiedNode;
import io.trivet.wire.protocol.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's knowledge of its cluster: the newest view, kept on disk so that it finds the others
 * after a restart, nodes that have moved since, and the leader. Any thread.
 */
public final class KnownCluster {
    private static final Logger LOG = LoggerFactory.getLogger(KnownCluster.class);

    private final Path file;
    private final MovedNodes moved;
    private volatile @Nullable ClusterView view;
    private volatile boolean verified;
    private volatile @Nullable NodeId leader;
    private volatile long event;
    private volatile Runnable asking = () -> {};

    public KnownCluster(Path data) throws IOException {
        file = data.resolve("view");
        moved = new MovedNodes(data);
        if (Files.exists(file)) {
            read(Files.readAllBytes(file));
        }
    }

    /**
     * What is damaged is as good as nothing: it is told again. One that is cut off may still be a
     * view, of fewer nodes: without a checksum, as earlier releases wrote it, any view counts as
     * newer.
     */
    private void read(byte[] bytes) {
        try {
            StateMessages.ClusterView message = StateMessages.ClusterView.parseFrom(bytes);
            view = StateCodec.from(message);
            verified = CheckedMessage.isWhole(bytes);
        } catch (IOException | RuntimeException e) {
            LOG.error(
                    "damaged file={} cause=\"{}\": this node waits until another one finds it; if none does, name one with --peer",
                    file,
                    e.toString());
        }
    }

    public Optional<ClusterView> view() {
        return Optional.ofNullable(view);
    }

    /** 0 as well where it does not say by which keys nodes joined: whoever leads is to tell it again. */
    public long version() {
        ClusterView known = view;
        return known == null || !verified || !known.hasKeys() ? 0 : known.version();
    }

    private long known() {
        ClusterView known = view;
        return known == null || !verified ? 0 : known.version();
    }

    /**
     * Whether a node is the one that its certificate names, as far as this node was told: one that
     * it does not know yet may have joined since.
     */
    public boolean isKnown(CertifiedNode node) {
        return view().flatMap(known -> known.node(node.node()))
                .map(each -> each.isOf(node.key()))
                .orElse(true);
    }

    /** Takes a view that is newer than what is known. */
    public synchronized void learn(ClusterView newer) {
        boolean completes = newer.version() == known() && newer.hasKeys() && version() == 0;
        if (newer.version() <= known() && !completes) {
            return;
        }
        forgetMoved(view, newer);
        view = newer;
        verified = true;
        try {
            AtomicFile.write(file, CheckedMessage.of(StateCodec.to(newer).toByteArray()));
        } catch (IOException e) {
            LOG.warn("view not kept file={} cause=\"{}\"", file, e.toString());
        }
    }

    /** Where the published address of a node has changed it is newer than what was heard. */
    private void forgetMoved(@Nullable ClusterView before, ClusterView newer) {
        for (Reply.Moved known : moved.all()) {
            Optional<Address> published = address(newer, known.node());
            boolean changed = before != null && !address(before, known.node()).equals(published);
            if (published.isEmpty() || changed || published.get().equals(known.address())) {
                moved.forget(known.node());
            }
        }
    }

    private static Optional<Address> address(ClusterView view, NodeId node) {
        return view.node(node).map(Node::address);
    }

    /** Nodes at other addresses than the published ones. */
    public List<Reply.Moved> moved() {
        return moved.all();
    }

    /** A node has just proved to be this one, and says where it listens. */
    public void heard(Reply.Moved said) {
        published(said.node()).ifPresent(address -> moved.heard(said, address));
    }

    /** Another node says where this one was heard from. */
    public void told(Reply.Moved said) {
        published(said.node()).ifPresent(address -> moved.told(said, address));
    }

    /** A person says where a node is. */
    public void named(NodeId node, Address address) {
        moved.named(node, address);
    }

    /** Whether nobody answered at an address, or somebody else did. */
    public static boolean isElsewhere(TrivetException e) {
        return switch (e.kind()) {
            case UNREACHABLE, UNTRUSTED, WRONG_NODE, WRONG_CLUSTER -> true;
            default -> false;
        };
    }

    /** A node was not reached, or somebody else was: where two addresses are known the other one is tried next. */
    public void failed(NodeId node) {
        moved.failed(node);
    }

    private Optional<Address> published(NodeId node) {
        return view().flatMap(known -> address(known, node));
    }

    /** The leader's number for the state of the cluster, as last heard; 0 before. */
    public long event() {
        return event;
    }

    public void eventIs(long number) {
        event = number;
    }

    public Optional<NodeId> leader() {
        return Optional.ofNullable(leader);
    }

    public void leaderIs(@Nullable NodeId node) {
        leader = node;
    }

    /** What to do when somebody speaks of a node that joined since: ask the leader. */
    public void askWith(Runnable asking) {
        this.asking = asking;
    }

    /** Asks the leader whether there is a newer view. */
    public void refresh() {
        asking.run();
    }

    /** Asks the leader about a node that the view does not name; throws {@code UNREACHABLE} if there is none. */
    public Address address(NodeId node) {
        return known(node)
                .or(() -> {
                    asking.run();
                    return known(node);
                })
                .orElseThrow(() ->
                        TrivetException.of(Refusal.Kind.UNREACHABLE, node.toString(), "this node does not know it"));
    }

    /** Where a node listens, as far as this one knows; nobody is asked. */
    public Optional<Address> known(NodeId node) {
        return moved.of(node).or(() -> published(node));
    }
}
