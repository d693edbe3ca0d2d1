package io.trivet.node.access;

import io.trivet.authority.ClusterKeys;
import io.trivet.authority.SigningRequest;
import io.trivet.model.ClusterId;
import io.trivet.model.Command;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.node.cluster.ClusterClock;
import io.trivet.node.cluster.TrustedAuthorities;
import io.trivet.node.identity.NodeIdentity;
import io.trivet.node.keys.ClusterKeyStore;
import io.trivet.node.raft.RaftMember;
import io.trivet.wire.credentials.JoinProof;
import io.trivet.wire.credentials.TrustSettings;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Admits new nodes, and renews the certificates of members. Only the leader answers: it knows the
 * current members, and as a master it has the authority's key.
 *
 * <p>The caller proves possession of the key that the certificate is for; a replayed request yields
 * a certificate that is useless without that key. So a node whose certificate expired while it was
 * off needs no new token.
 */
public final class JoinService {
    /** The weight of a node that joins, until an operator sets another. */
    public static final int WEIGHT = 1;

    private static final Logger LOG = LoggerFactory.getLogger(JoinService.class);

    private final ClusterId cluster;
    private final TrustSettings trustSettings;
    private final RaftMember raftMember;
    private final ClusterKeyStore safe;
    private final TrustedAuthorities trustedAuthorities;
    private final Duration life;
    private final ClusterClock clock;

    /** @param life of the certificates that it issues */
    public JoinService(
            NodeIdentity identity,
            RaftMember raftMember,
            ClusterKeyStore safe,
            TrustedAuthorities trustedAuthorities,
            Duration life,
            ClusterClock clock) {
        this.cluster = identity.cluster();
        this.trustSettings = identity.trustSettings();
        this.raftMember = raftMember;
        this.safe = safe;
        this.trustedAuthorities = trustedAuthorities;
        this.life = life;
        this.clock = clock;
    }

    /**
     * Admits a new node, or one that did not get the first answer. One step in the namespace counts
     * the token's use and adds the member. If this node dies after that, the new node asks the next
     * leader, which recognises it by its key.
     *
     * @param channel the channel binding, to which the proof of the token is bound
     */
    public Reply.Entered enter(Request.EnterCluster enter, byte[] channel) {
        raftMember.confirmedNamespace();
        if (trustSettings instanceof TrustSettings.Plaintext) {
            return new Reply.Entered(join(enter, channel), cluster, List.of());
        }
        SigningRequest request = SigningRequest.parse(enter.signingRequest());
        if (!request.keyId().equals(enter.nodeKey())) {
            throw TrivetException.of(Refusal.Kind.BAD_REQUEST, "", "the request is for another key than the node's");
        }
        ClusterKeys keys = safe.required();
        NodeId node = join(enter, channel);
        LOG.info("entered node={} address={}", node, enter.address());
        return certified(keys, node, request);
    }

    private NodeId join(Request.EnterCluster enter, byte[] channel) {
        Command join =
                new Command.Join(provenToken(enter, channel), enter.nodeKey(), enter.address(), JoinService.WEIGHT, "");
        return switch (raftMember.submit(Operation.unnumbered(join))) {
            case Outcome.Joined(NodeId node, ClusterId _) -> node;
            case Outcome.Refused(var refusal) -> throw new TrivetException(refusal);
            default -> throw new IllegalStateException("not an outcome of a join");
        };
    }

    /**
     * The hash of the token whose secret was proved; empty for a node that has joined already.
     * Checked before the log, because anyone may try, and every log entry costs each master a
     * write.
     */
    private String provenToken(Request.EnterCluster enter, byte[] channel) {
        JoinProof.Entry entry = new JoinProof.Entry(channel, enter.nodeKey(), enter.address(), enter.signingRequest());
        return raftMember
                .namespace()
                .current()
                .flatMap(namespace -> namespace.hasJoined(enter.nodeKey())
                        ? Optional.of("")
                        : namespace
                                .tokenWith(enter.proof().token())
                                .filter(hash -> enter.proof().proves(hash, entry)))
                .orElseThrow(() -> TrivetException.of(
                        Refusal.Kind.DENIED, "token", "no such token, or it was used up: make a new one"));
    }

    public Reply.Entered renew(Request.RenewCertificate renew) {
        if (trustSettings instanceof TrustSettings.Plaintext) {
            throw TrivetException.of(Refusal.Kind.BAD_REQUEST, "", "this cluster speaks plaintext");
        }
        raftMember.confirmedNamespace();
        SigningRequest request = SigningRequest.parse(renew.signingRequest());
        return certified(safe.required(), nodeWith(request.keyId()), request);
    }

    private NodeId nodeWith(UUID key) {
        return raftMember
                .namespace()
                .current()
                .flatMap(namespace -> namespace.nodeWith(key))
                .orElseThrow(() ->
                        TrivetException.of(Refusal.Kind.DENIED, "", "no node joined with this key: join with a token"));
    }

    /** A removed node gets no certificate. */
    private Reply.Entered certified(ClusterKeys keys, NodeId node, SigningRequest request) {
        if (!(raftMember.ask(new Query.View()) instanceof QueryResult.View(var view))
                || view.node(node).filter(Node::isMember).isEmpty()) {
            throw TrivetException.of(
                    Refusal.Kind.DENIED, node.toString(), "it is not, or no longer, a node of this cluster");
        }
        if (!clock.isAgreed()) {
            throw TrivetException.of(
                    Refusal.Kind.NO_QUORUM,
                    "",
                    "the leader is a new one, and does not know the nodes' clocks yet: try again");
        }
        Instant now = clock.now();
        return new Reply.Entered(
                node, cluster, keys.authority().chain(node, request, now, life, trustedAuthorities.vouchers(now)));
    }
}
