package io.trivet.node;

import io.trivet.authority.ClusterKeys;
import io.trivet.authority.SigningRequest;
import io.trivet.model.Answer;
import io.trivet.model.ClusterId;
import io.trivet.model.Command;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Question;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.JoinToken;
import io.trivet.wire.Reply;
import io.trivet.wire.Request;
import io.trivet.wire.Trust;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets nodes in, and gives members new certificates. The leader answers: it alone knows who is a member now, and as a master it has the authority's key.
 *
 * <p>Who asks proves that he has the key that the certificate is for; a request that somebody else sends again brings a certificate that is of no use to
 * him. So a node whose certificate ran out while it was off needs no new token.
 */
final class Entrance {
    private static final Logger LOG = LoggerFactory.getLogger(Entrance.class);

    private final ClusterId cluster;
    private final Trust trust;
    private final Seat seat;
    private final KeySafe safe;
    private final Duration life;

    /** @param life of the certificates that it gives */
    Entrance(NodeIdentity identity, Seat seat, KeySafe safe, Duration life) {
        this.cluster = identity.cluster();
        this.trust = identity.trust();
        this.seat = seat;
        this.safe = safe;
        this.life = life;
    }

    /**
     * A new node, or one that did not hear the answer the first time. The use of the token and the member are one step in the namespace; if this node dies
     * after it, the newcomer asks the next leader, which finds it by its key.
     */
    Reply.Entered enter(Request.EnterCluster enter) {
        requireLeader();
        if (trust instanceof Trust.Plaintext) {
            return new Reply.Entered(join(enter), cluster, List.of());
        }
        SigningRequest request = SigningRequest.parse(enter.signingRequest());
        if (!request.keyId().equals(enter.nodeKey())) {
            throw TrivetException.of(Refusal.Kind.BAD_REQUEST, "", "the request is for another key than the node's");
        }
        ClusterKeys keys = safe.required();
        NodeId node = join(enter);
        LOG.info("entered node={} address={}", node, enter.address());
        return certified(keys, node, request);
    }

    private NodeId join(Request.EnterCluster enter) {
        String hash = JoinToken.hashOf(enter.secret());
        refuseIfHopeless(hash, enter.nodeKey());
        Command join = new Command.Join(hash, enter.nodeKey(), enter.address(), Birth.WEIGHT, "");
        return switch (seat.submit(Operation.unnumbered(join))) {
            case Outcome.Joined(NodeId node, ClusterId _) -> node;
            case Outcome.Refused(var refusal) -> throw new TrivetException(refusal);
            default -> throw new IllegalStateException("not an outcome of a join");
        };
    }

    /** Anybody may knock: what is made up must not reach the log, where it would cost every master a write. */
    private void refuseIfHopeless(String hash, UUID nodeKey) {
        boolean hope = seat.namespace()
                .current()
                .filter(namespace -> namespace.mayJoin(hash, nodeKey))
                .isPresent();
        if (!hope) {
            throw TrivetException.of(Refusal.Kind.DENIED, "token", "no such token, or it was used up: make a new one");
        }
    }

    Reply.Entered renew(Request.RenewCertificate renew) {
        if (trust instanceof Trust.Plaintext) {
            throw TrivetException.of(Refusal.Kind.BAD_REQUEST, "", "this cluster speaks plaintext");
        }
        requireLeader();
        SigningRequest request = SigningRequest.parse(renew.signingRequest());
        return certified(safe.required(), nodeWith(request.keyId()), request);
    }

    private NodeId nodeWith(UUID key) {
        return seat.namespace()
                .current()
                .flatMap(namespace -> namespace.nodeWith(key))
                .orElseThrow(() ->
                        TrivetException.of(Refusal.Kind.DENIED, "", "no node joined with this key: join with a token"));
    }

    /** A removed node gets no certificate, whatever it joined with once. */
    private Reply.Entered certified(ClusterKeys keys, NodeId node, SigningRequest request) {
        if (!(seat.ask(new Question.View()) instanceof Answer.View(var view))
                || view.node(node).isEmpty()) {
            throw TrivetException.of(
                    Refusal.Kind.DENIED, node.toString(), "it is not, or no longer, a node of this cluster");
        }
        return new Reply.Entered(node, cluster, keys.authority().chain(node, request, Instant.now(), life));
    }

    private void requireLeader() {
        if (seat.ask(new Question.View()) instanceof Answer.Refused(var refusal)) {
            throw new TrivetException(refusal);
        }
    }
}
