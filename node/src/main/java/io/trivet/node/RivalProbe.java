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

/** Checks whether another process serves with the same node identity. Any thread. */
final class RivalProbe {
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final Connector connector;

    RivalProbe(Connector connector) {
        this.connector = connector;
    }

    /**
     * False if the connection is refused or another node answers at the address: then the process
     * has ended. True if there is no answer.
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
     * Rule 8: a copy of a running node must not vote, not even before a leader has reported it. If
     * the cluster knows this node at another address and a process answers there as this node, that
     * process has the same identity. Throws {@code BUSY}.
     */
    void refuseBesideItself(NodeIdentity own, KnownCluster cluster) {
        Optional<Address> before = cluster.known(own.node()).filter(where -> !where.equals(own.address()));
        if (before.isEmpty()) {
            return;
        }
        try {
            ask(own.node(), before.get());
        } catch (TrivetException _) {
            return; // nothing answers there, or another node does
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
