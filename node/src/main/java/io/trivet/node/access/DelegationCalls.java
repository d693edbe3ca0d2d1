package io.trivet.node.access;

import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.node.cluster.KnownCluster;
import io.trivet.node.raft.RaftMember;
import io.trivet.wire.Connector;
import io.trivet.wire.credentials.DelegatedLogin;
import io.trivet.wire.credentials.SignedText;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks the leader whether this node may act for a user who has signed a request: {@link
 * Delegations}. Any thread.
 */
public final class DelegationCalls {
    private static final Duration CALL_LIMIT = Duration.ofSeconds(5);

    /** As long as another leader usually takes. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final long PAUSE_NANOS = Duration.ofMillis(200).toNanos();

    private final NodeId self;
    private final RaftMember raftMember;
    private final KnownCluster cluster;
    private final Connector connector;
    private final RequestSecurity own;

    public DelegationCalls(
            NodeId self, RaftMember raftMember, KnownCluster cluster, Connector connector, RequestSecurity own) {
        this.self = self;
        this.raftMember = raftMember;
        this.cluster = cluster;
        this.connector = connector;
        this.own = own;
    }

    /**
     * What a node may do for a user.
     *
     * @param signingKey checks further signatures of the same day and region
     * @param validFor of both, from now on
     */
    public record Delegation(byte[] signingKey, DelegatedLogin login, Duration validFor) {
        /** Without the keys. */
        @Override
        public String toString() {
            return login + " for " + validFor;
        }
    }

    /**
     * Asks, and again as long as a leader is missing. Throws {@code DENIED} for a wrong signature,
     * {@code BUSY} after too many of them, and what the last try threw where no leader answers.
     *
     * @param client the host that the user's client comes from
     */
    public Delegation ask(SignedText signed, String client) {
        Request.Delegate request = new Request.Delegate(signed, client);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                Reply.Delegated told = once(request);
                return new Delegation(
                        told.signingKey(),
                        new DelegatedLogin(signed.accessKey(), self, told.untilMs(), told.loginKey()),
                        Duration.ofMillis(told.validMs()));
            } catch (TrivetException e) {
                if (!lacksLeader(e) || System.nanoTime() - end > 0) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private Reply.Delegated once(Request.Delegate request) {
        if (raftMember.leads()) {
            return own.delegated(self, request);
        }
        NodeId leader = raftMember
                .leader()
                .filter(node -> !node.equals(self))
                .orElseThrow(() -> TrivetException.of(Refusal.Kind.NO_QUORUM, "", "no leader is known: ask again"));
        Reply reply = connector.call(cluster.address(leader), new RequestEnvelope(leader, request), CALL_LIMIT);
        if (reply instanceof Reply.Delegated told) {
            return told;
        }
        throw TrivetException.of(Refusal.Kind.BAD_REQUEST, "", "not an answer to a delegation");
    }

    private static boolean lacksLeader(TrivetException e) {
        return switch (e.kind()) {
            case NOT_LEADER, NO_QUORUM, UNREACHABLE, WRONG_NODE -> true;
            default -> false;
        };
    }
}
