package io.trivet.node;

import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.CertifiedNode;
import io.trivet.wire.Connection;
import io.trivet.wire.Request;
import io.trivet.wire.Trust;
import java.util.Optional;

/**
 * Who may ask what only nodes ask each other: a member, by its certificate. Looked up for every request, so that a node that was removed is refused from
 * the moment this one hears of it, also on connections that it has open. In plaintext everybody can say that he is a node.
 */
final class Membership {
    private final Trust trust;
    private final KnownCluster cluster;

    Membership(Trust trust, KnownCluster cluster) {
        this.trust = trust;
        this.cluster = cluster;
    }

    /** Throws {@code DENIED}. */
    void check(Connection connection, Request request) {
        if (trust instanceof Trust.Plaintext) {
            return;
        }
        Optional<CertifiedNode> caller = connection.certified();
        if (caller.isPresent()) {
            requireMember(caller.get().node());
        } else if (isBetweenNodes(request)) {
            throw TrivetException.of(Refusal.Kind.DENIED, "", "only nodes of the cluster ask this of each other");
        }
    }

    /** One that joined since is asked for at the leader. */
    private void requireMember(NodeId node) {
        try {
            cluster.address(node);
        } catch (TrivetException _) {
            throw denied(node);
        }
    }

    static TrivetException denied(NodeId node) {
        return TrivetException.of(
                Refusal.Kind.DENIED, node.toString(), "it is not, or no longer, a node of this cluster");
    }

    private static boolean isBetweenNodes(Request request) {
        return switch (request) {
            case Request.Heartbeat _,
                    Request.QuorumCall _,
                    Request.TakeSeat _,
                    Request.LeaveSeat _,
                    Request.KeepKeys _,
                    Request.ListSlot _,
                    Request.PromiseToKeep _ -> true;
            // Sums and sizes of slots: a plan of an operator needs them.
            case Request.GetDigests _,
                    Request.GetView _,
                    Request.EnterCluster _,
                    Request.RenewCertificate _,
                    Request.Submit _,
                    Request.Ask _,
                    Request.KeepSession _,
                    Request.BackUp _,
                    Request.StoreChunk _,
                    Request.ForwardChunk _,
                    Request.FetchChunk _,
                    Request.HasChunk _,
                    Request.GetDebt _,
                    Request.GetReports _,
                    Request.Examine _,
                    Request.VerifyChunks _,
                    Request.ReportChunk _ -> false;
        };
    }
}
