package io.trivet.node;

import io.trivet.client.Profile;
import io.trivet.model.Address;
import io.trivet.model.ClusterView;
import io.trivet.model.Command;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.TrivetException;
import io.trivet.node.access.DelegationCalls;
import io.trivet.node.cluster.SeedLeaderCalls;
import io.trivet.node.identity.DataLock;
import io.trivet.node.identity.NodeIdentity;
import io.trivet.node.identity.PrivateDirectory;
import io.trivet.node.keys.FirstAdministrator;
import io.trivet.node.raft.OwnSeat;
import io.trivet.wire.credentials.JoinToken;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running node: starts, serves, reports its state, and ends. Any thread. */
public final class TrivetNode implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TrivetNode.class);

    private static final Duration CALL_LIMIT = Duration.ofSeconds(10);
    private static final long READY_POLL_NANOS = 20_000_000;

    private final NodeParts parts;
    private final CloseStack closeStack;
    private final AtomicBoolean ending = new AtomicBoolean();

    /**
     * Starts a node; it listens on return. Throws {@link TrivetException} or {@link IOException}
     * with what to do if it cannot; everything is then closed again.
     */
    public static TrivetNode start(NodeOptions options) throws IOException {
        NodeBootstrap.requireListens(options);
        CloseStack closeStack = new CloseStack();
        try {
            closeStack.add(DataLock.take(options.data()));
            NodeIdentity identity = NodeBootstrap.identity(options);
            TrivetNode node = new TrivetNode(new NodeParts(options, identity, closeStack), closeStack);
            node.start(options.start());
            return node;
        } catch (IOException | RuntimeException e) {
            closeStack.close();
            throw e;
        }
    }

    private TrivetNode(NodeParts parts, CloseStack closeStack) {
        this.parts = parts;
        this.closeStack = closeStack;
    }

    private void start(NodeOptions.Start start) throws IOException {
        if (start instanceof NodeOptions.Start.Restart) {
            parts.rivals.refuseBesideItself(parts.identity.get(), parts.cluster);
        }
        parts.acceptor.start();
        beginSeat(start);
        // A heartbeat reports the seat, so none may be sent before the seat is known.
        parts.cluster.askWith(parts.heartbeatSender::beat);
        PrivateDirectory.close(parts.data);
        new NodeTasks(parts, closeStack).start(this::endFor);
        LOG.info(
                "serves node={} cluster={} address={}",
                id(),
                parts.identity.get().cluster(),
                address());
    }

    private void beginSeat(NodeOptions.Start start) throws IOException {
        switch (start) {
            case NodeOptions.Start.Init init ->
                new ClusterFounding(parts.identity, parts.raftMember, parts.seat, parts.keys.clusterKeys()).found(init);
            case NodeOptions.Start.Join _ -> {}
            case NodeOptions.Start.Restart _ -> {
                if (parts.seat.isResumed()) {
                    parts.keys.requireForMaster();
                    parts.seat.resume();
                }
            }
        }
    }

    /**
     * The other process continues. This one's state is as old as its copy, so it must neither vote
     * nor answer.
     */
    private void endFor(String rival) {
        if (!ending.getAndSet(true)) {
            LOG.error("ends node={} cause=\"{}\"", id(), rival);
            Thread.ofPlatform().daemon().name(id() + "-end").start(this::close);
        }
    }

    /** The node's seat in the quorum. */
    public OwnSeat seat() {
        return parts.seat;
    }

    public NodeId id() {
        return parts.self;
    }

    /** The address where it listens. */
    public Address address() {
        return parts.identity.get().address();
    }

    /**
     * Whether the cluster says that this node does not belong to it: it was removed, or joined
     * after a backup that was restored.
     */
    public boolean isDismissed() {
        return parts.heartbeatSender.isDismissed();
    }

    /** Whether its heartbeat makes progress, received or not; if it hangs, the node hangs. */
    public boolean beats() {
        return parts.heartbeatSender.beats();
    }

    /**
     * Why this node has ended itself: another process with the same identity serves. Empty while it
     * runs.
     */
    public Optional<String> rival() {
        return parts.heartbeatSender.rival();
    }

    /**
     * Waits until a save would succeed, as far as this node can tell: there is a leader that knows
     * this node. False if time is up.
     */
    public boolean awaitReady(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() - end < 0 && !isDismissed() && rival().isEmpty()) {
            if (parts.heartbeatSender.isHeard()
                    && parts.clock.isAgreed()
                    && parts.keys.credentials().isInTime(parts.clock)
                    && parts.cluster
                            .view()
                            .filter(view -> !parts.keys.tokenKeys().lacks(view))
                            .isPresent()
                    && parts.cluster.view().flatMap(view -> view.node(id())).isPresent()) {
                return true;
            }
            LockSupport.parkNanos(READY_POLL_NANOS);
        }
        return false;
    }

    /**
     * The first user of a cluster that was founded here, until its secret is {@link
     * FirstAdministrator#taken}.
     */
    public Optional<FirstAdministrator> administrator() throws IOException {
        return FirstAdministrator.waiting(parts.data);
    }

    /** The number of replicas of new chunks; 0 while too few nodes have joined. */
    public int replicas() {
        return parts.cluster
                .view()
                .filter(view -> !view.layouts().isEmpty())
                .map(view -> view.layout().replicas())
                .orElse(0);
    }

    /**
     * A join token with which {@code uses} nodes may join within {@code validFor}. Everyone who has
     * it can join.
     */
    public String issueToken(Duration validFor, int uses) {
        List<Address> masters = masterAddresses();
        JoinToken token = JoinToken.random(
                parts.identity.get().cluster(), parts.keys.trustedAuthorities().now(), masters);
        new SeedLeaderCalls(parts.connector, masters)
                .submit(
                        Operation.unnumbered(new Command.IssueToken(
                                token.secretHash(), parts.clock.now().plus(validFor), uses, validFor)),
                        CALL_LIMIT);
        return token.text();
    }

    /** Asks the leader whether this node may act for users, as a gateway in it does. */
    public DelegationCalls delegations() {
        return parts.delegations;
    }

    /** A profile to reach the cluster through this node. */
    public Profile profile() {
        return new Profile(
                parts.identity.get().cluster(),
                List.of(address()),
                parts.keys.trustedAuthorities().now());
    }

    private List<Address> masterAddresses() {
        @Nullable ClusterView view = parts.cluster.view().orElse(null);
        return view == null || view.masters().isEmpty()
                ? List.of(address())
                : view.masters().stream().map(Node::address).toList();
    }

    /**
     * Stops with little effect on clients: accepts no new chunks, hands over leadership, finishes
     * requests in progress, then closes. Waits at most {@code limit}.
     */
    public void leave(Duration limit) {
        parts.gracefulShutdown.prepare(limit);
        close();
    }

    /**
     * Stops listening and ends the node's threads. Durability does not depend on it: {@code kill
     * -9} loses nothing either.
     */
    @Override
    public void close() {
        closeStack.close();
    }
}
