package io.trivet.node;

import io.trivet.model.Address;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.node.cluster.KnownCluster;
import io.trivet.node.identity.NodeIdentity;
import io.trivet.wire.Connector;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Optional;

/** Checks whether another process serves as a given node. Any thread. */
final class RivalProbe {
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final Connector connector;

    RivalProbe(Connector connector) {
        this.connector = connector;
    }

    /**
     * A refused connection, or another node at the address, shows that the process has ended;
     * silence shows nothing.
     */
    boolean perhapsLives(NodeId node, Address address) {
        try {
            ask(node, address);
            return true;
        } catch (TrivetException e) {
            return switch (e.kind()) {
                case WRONG_NODE, WRONG_CLUSTER -> false;
                case UNREACHABLE -> !(e.getCause() instanceof ConnectException);
                default -> true;
            };
        }
    }

    /**
     * Throws if another process is this node. Rule 8: a copy of a running node must not vote, not
     * even before a leader has rejected it. If the cluster knew this node at another address, a
     * process that answers there as this node has the same identity.
     */
    void refuseBesideItself(NodeIdentity own, KnownCluster cluster) {
        Optional<Address> before = cluster.known(own.node()).filter(where -> !where.equals(own.address()));
        if (before.isEmpty()) {
            return;
        }
        try {
            ask(own.node(), before.get());
        } catch (TrivetException _) {
            return; // no process there, or another node
        }
        throw TrivetException.of(
                Refusal.Kind.BUSY,
                own.node().toString(),
                "another process is this node, and serves at " + before.get() + ": stop it first");
    }

    private void ask(NodeId node, Address address) {
        connector.call(address, new RequestEnvelope(node, new Request.GetView()), LIMIT);
    }
}
