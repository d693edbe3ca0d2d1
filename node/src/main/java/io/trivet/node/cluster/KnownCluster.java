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
 * What this node knows of its cluster: the newest view, kept on disk so that it finds the other
 * nodes after a restart, nodes that have moved since, and the leader. Any thread.
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
     * A damaged view is ignored, because it is sent again. A truncated one may still parse, with
     * fewer nodes, so a view without checksum, as earlier releases wrote it, counts as older than
     * any other.
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

    /** Whether the node is in the view and may have no slots: it takes no more chunks. */
    public boolean drains(NodeId node) {
        return view().flatMap(known -> known.node(node))
                .filter(found -> !found.standing().mayHaveSlots())
                .isPresent();
    }

    /**
     * The version of the view. Also 0 if it lacks the node keys, so that the leader sends it again.
     */
    public long version() {
        ClusterView known = view;
        return known == null || !verified || !known.hasKeys() ? 0 : known.version();
    }

    private long known() {
        ClusterView known = view;
        return known == null || !verified ? 0 : known.version();
    }

    /**
     * Whether a node's certificate matches its known node key. Unknown nodes are accepted: they may
     * have joined since.
     */
    public boolean isKnown(CertifiedNode node) {
        return view().flatMap(known -> known.node(node.node()))
                .map(each -> each.isOf(node.key()))
                .orElse(true);
    }

    /** Takes a view that is newer than the known one. */
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

    /** A changed published address is newer than what was heard. */
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

    /** A node that has just authenticated says where it listens. */
    public void heard(Reply.Moved said) {
        published(said.node()).ifPresent(address -> moved.heard(said, address));
    }

    /** Another node says where this one was heard from. */
    public void told(Reply.Moved said) {
        published(said.node()).ifPresent(address -> moved.told(said, address));
    }

    /** An operator says where a node is. */
    public void named(NodeId node, Address address) {
        moved.named(node, address);
    }

    /** Whether nothing answered at an address, or another node did. */
    public static boolean isElsewhere(TrivetException e) {
        return switch (e.kind()) {
            case UNREACHABLE, UNTRUSTED, WRONG_NODE, WRONG_CLUSTER -> true;
            default -> false;
        };
    }

    /**
     * A node was not reached at its address; if two addresses are known, the other one is tried
     * next.
     */
    public void failed(NodeId node) {
        moved.failed(node);
    }

    private Optional<Address> published(NodeId node) {
        return view().flatMap(known -> address(known, node));
    }

    /** The leader's event number as last heard; 0 before. */
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

    /** Sets how to ask the leader, for when a node is mentioned that this one does not know. */
    public void askWith(Runnable asking) {
        this.asking = asking;
    }

    /** Asks the leader for a newer view. */
    public void refresh() {
        asking.run();
    }

    /**
     * The address of a node. Asks the leader if the view does not name it; throws {@code
     * UNREACHABLE} if there is no such node.
     */
    public Address address(NodeId node) {
        return known(node)
                .or(() -> {
                    asking.run();
                    return known(node);
                })
                .orElseThrow(() ->
                        TrivetException.of(Refusal.Kind.UNREACHABLE, node.toString(), "this node does not know it"));
    }

    /** A node's address as far as this one knows, without asking. */
    public Optional<Address> known(NodeId node) {
        return moved.of(node).or(() -> published(node));
    }
}
