package io.trivet.node.cluster;

import io.trivet.model.Address;
import io.trivet.model.ClusterView;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.node.identity.PlainNodeKey;
import io.trivet.wire.Connector;
import io.trivet.wire.credentials.AeadCipher;
import io.trivet.wire.credentials.JoinProof;
import io.trivet.wire.credentials.JoinToken;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Sends requests to the leader of a cluster of which only a few addresses are known: for a node
 * that joins, or that must make a request like a client. One thread.
 */
public final class SeedLeaderCalls {
    private static final Duration CALL_LIMIT = Duration.ofSeconds(10);
    private static final long PAUSE_NANOS = 200_000_000;

    private final Connector connector;
    private final List<Address> addresses;

    public SeedLeaderCalls(Connector connector, List<Address> addresses) {
        this.connector = connector;
        this.addresses = List.copyOf(addresses);
    }

    /**
     * Submits until the leader answers; a refusal of the namespace is thrown. The operation must be
     * idempotent.
     */
    public Outcome submit(Operation operation, Duration limit) {
        return persist(limit, () -> once(operation));
    }

    /**
     * Requests to join until the leader answers; a refusal is thrown. The token's secret is not
     * sent.
     */
    public Reply.Entered enter(JoinToken token, UUID nodeKey, Address listen, byte[] signingRequest, Duration limit) {
        return persist(
                limit,
                () -> entered(connector.call(
                        leader(),
                        CALL_LIMIT,
                        channel -> RequestEnvelope.toAny(new Request.EnterCluster(
                                JoinProof.of(token, new JoinProof.Entry(channel, nodeKey, listen, signingRequest)),
                                nodeKey,
                                listen,
                                signingRequest)))));
    }

    /** Requests a new certificate until the leader answers; a refusal is thrown. */
    public Reply.Entered renew(byte[] signingRequest, Duration limit) {
        Request renew = new Request.RenewCertificate(signingRequest);
        return persist(limit, () -> entered(connector.call(leader(), RequestEnvelope.toAny(renew), CALL_LIMIT)));
    }

    private static Reply.Entered entered(Reply reply) {
        if (reply instanceof Reply.Entered entered) {
            return entered;
        }
        throw TrivetException.of(Refusal.Kind.BAD_REQUEST, "", "not an answer to a request to be let in");
    }

    private static <T> T persist(Duration limit, Supplier<T> attempt) {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            try {
                return attempt.get();
            } catch (TrivetException e) {
                if (!canHelp(e) || System.nanoTime() - end > 0) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private static boolean canHelp(TrivetException e) {
        return switch (e.kind()) {
            case OUTCOME_UNKNOWN -> true;
            case UNTRUSTED -> false;
            default -> e.kind().retryable();
        };
    }

    private Outcome once(Operation operation) {
        Reply reply = connector.call(leader(), RequestEnvelope.toAny(new Request.Submit(operation)), CALL_LIMIT);
        return switch (reply) {
            case Reply.OutcomeOf(Outcome.Refused(var refusal)) -> throw new TrivetException(refusal);
            case Reply.OutcomeOf(var outcome) -> outcome;
            default -> throw TrivetException.of(Refusal.Kind.BAD_REQUEST, "", "not an answer to an operation");
        };
    }

    private Address leader() {
        TrivetException last = TrivetException.of(Refusal.Kind.NO_QUORUM, "", "no leader is known");
        for (Address address : addresses) {
            try {
                if (ask(address) instanceof Reply.ViewOf known
                        && known.view() != null
                        && known.leader() instanceof NodeId leader) {
                    return known.view().node(leader).map(Node::address).orElse(address);
                }
            } catch (TrivetException e) {
                last = e;
            }
        }
        throw last;
    }

    private Reply ask(Address address) {
        return connector.call(address, RequestEnvelope.toAny(new Request.GetView()), CALL_LIMIT);
    }

    /** The secret of nodes of a plaintext cluster, for the node that joined with this key. */
    public byte[] nodeSecret(PlainNodeKey key, Duration limit) {
        Request request = new Request.GetNodeSecret(key.privateHalf());
        Reply reply = persist(limit, () -> connector.call(leader(), RequestEnvelope.toAny(request), CALL_LIMIT));
        if (reply instanceof Reply.Sealed(byte[] sealed)) {
            return new AeadCipher(key.privateHalf(), "node secret").open(sealed, "");
        }
        throw TrivetException.of(Refusal.Kind.BAD_REQUEST, "", "not an answer to a new node");
    }

    /** The cluster as its leader knows it. */
    public ClusterView view() {
        if (ask(leader()) instanceof Reply.ViewOf known && known.view() != null) {
            return known.view();
        }
        throw TrivetException.of(Refusal.Kind.NO_QUORUM, "", "the leader is a new one: try again");
    }
}
