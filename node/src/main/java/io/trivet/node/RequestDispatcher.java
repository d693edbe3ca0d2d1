package io.trivet.node;

import io.trivet.model.Address;
import io.trivet.model.CallerIdentity;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.node.access.RequestSecurity;
import io.trivet.node.access.UserRequests;
import io.trivet.node.data.ChunkRequests;
import io.trivet.node.data.RepairRequests;
import io.trivet.node.metrics.RequestMetrics;
import io.trivet.node.raft.RaftMember;
import io.trivet.wire.Acceptor;
import io.trivet.wire.Connection;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Answers every request: checks the node it is meant for and the caller's right, then passes it to
 * the part that handles it.
 */
final class RequestDispatcher implements Acceptor.Handler {
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

    private final NodeId self;
    private final RequestSecurity requestSecurity;
    private final RaftMember raftMember;
    private final NamespaceRequests names;
    private final ClusterRequests cluster;
    private final MembershipRequests members;
    private final ChunkRequests chunks;
    private final RepairRequests repair;
    private final InFlightRequests work = new InFlightRequests();
    private final RequestLog log;
    private final UserRequests users = new UserRequests();

    RequestDispatcher(
            NodeId self,
            RequestSecurity requestSecurity,
            RaftMember raftMember,
            RequestLog log,
            NamespaceRequests names,
            ClusterRequests cluster,
            MembershipRequests members,
            ChunkRequests chunks,
            RepairRequests repair) {
        this.self = self;
        this.requestSecurity = requestSecurity;
        this.raftMember = raftMember;
        this.names = names;
        this.log = log;
        this.cluster = cluster;
        this.members = members;
        this.chunks = chunks;
        this.repair = repair;
    }

    /** The requests in progress. */
    InFlightRequests work() {
        return work;
    }

    /** Of all requests that came. */
    RequestMetrics metrics() {
        return log.metrics();
    }

    @Override
    public void handle(Connection connection, Connection.Incoming<RequestEnvelope> incoming) throws IOException {
        RequestEnvelope requestEnvelope = incoming.message();
        connection.timeout(ANSWER_LIMIT);
        long begin = System.nanoTime();
        try {
            connection.paceStranger();
            checkTarget(requestEnvelope.target());
            if (incoming.bodyLength() > 0 && !(requestEnvelope.request() instanceof Request.QuorumCall)) {
                throw new IOException("a body where none belongs");
            }
            requestSecurity.admit(connection, requestEnvelope);
            answerCounted(connection, incoming);
            log.answered(requestEnvelope.request(), connection.peer(), begin);
        } catch (TrivetException e) {
            log.refused(requestEnvelope.request(), connection.peer(), e.refusal(), begin);
            requestSecurity.refused(connection, requestEnvelope.request(), e.refusal());
            connection.timeout(ANSWER_LIMIT);
            connection.send(new Reply.Refused(e.refusal()));
            int follows = bytesThatFollow(requestEnvelope.request());
            if (follows >= 0 || incoming.bodyLength() > 0) {
                // What follows the request was not read, so nothing else on this connection can be
                // understood.
                if (e.kind() == Refusal.Kind.FORBIDDEN && follows >= 0) {
                    connection.farewellAfter(follows);
                } else {
                    connection.farewell();
                }
                throw new IOException(e.getMessage(), e);
            }
        } catch (IOException | RuntimeException e) {
            log.broken(requestEnvelope.request(), begin);
            throw e;
        }
    }

    /** How many bytes of chunks come after the request; -1 if none do. */
    private static int bytesThatFollow(Request request) {
        return switch (request) {
            case Request.StoreChunk store -> store.length();
            case Request.StoreChunks store -> store.length();
            default -> -1;
        };
    }

    /**
     * Calls of the quorum and heartbeats never stop and are repeated, so a shutdown does not wait
     * for them.
     */
    private void answerCounted(Connection connection, Connection.Incoming<RequestEnvelope> incoming)
            throws IOException {
        switch (incoming.message().request()) {
            case Request.QuorumCall _, Request.Heartbeat _ -> answer(connection, incoming);
            case Request.StoreChunk _, Request.StoreChunks _, Request.ForwardChunk _ -> {
                try (InFlightRequests.Begun _ = work.begin(true)) {
                    answer(connection, incoming);
                }
            }
            case Request request
            when RequestWeight.of(request) > 0 && connection.identity() instanceof CallerIdentity.OfUser user -> {
                try (InFlightRequests.Begun _ = work.begin(false);
                        UserRequests.Begun _ = users.begin(
                                user.name(), requestSecurity.mostRequests(user), RequestWeight.of(request))) {
                    answer(connection, incoming);
                }
            }
            default -> {
                try (InFlightRequests.Begun _ = work.begin(false)) {
                    answer(connection, incoming);
                }
            }
        }
    }

    /** Rule 13: a request names the node it is meant for. */
    private void checkTarget(@Nullable NodeId target) {
        if (target != null && !target.equals(self)) {
            throw TrivetException.of(
                    Refusal.Kind.WRONG_NODE, target.toString(), "this is " + self + ": the addresses have changed");
        }
    }

    private void answer(Connection connection, Connection.Incoming<RequestEnvelope> incoming) throws IOException {
        byte[] token = incoming.message().token();
        switch (incoming.message().request()) {
            case Request.Submit submit -> connection.send(names.submitted(connection, submit));
            case Request.Ask ask -> connection.send(names.asked(connection, ask));
            case Request.SubmitAll all -> connection.send(names.submittedAll(connection, all));
            case Request.AskAll all -> connection.send(names.askedAll(connection, all));
            case Request.KeepSession keep -> connection.send(names.kept(keep));
            case Request.BackUp backUp -> names.backUp(connection, backUp);

            case Request.GetView _ -> connection.send(cluster.view());
            case Request.Heartbeat beat -> connection.send(cluster.heard(beat));
            case Request.GetDebt _ -> connection.send(cluster.debt(connection));
            case Request.GetReports _ -> connection.send(cluster.reports());
            case Request.QuorumCall call -> {
                byte[] reply = raftMember.receive(call.method(), connection.body(incoming));
                connection.send(new Reply.QuorumReply(), ByteBuffer.wrap(reply));
            }

            case Request.EnterCluster enter -> connection.send(members.enter(connection, enter));
            case Request.RenewCertificate renew -> connection.send(members.renew(connection, renew));
            case Request.Examine examine -> connection.send(members.examine(connection, examine));
            case Request.Rekey rekey -> connection.send(members.rekey(connection, rekey));
            case Request.KeepKeys keep -> connection.send(members.keepKeys(connection, keep));
            case Request.TakeSeat take -> connection.send(members.takeSeat(connection, take));
            case Request.LeaveSeat leave -> connection.send(members.leaveSeat(connection, leave));

            case Request.Challenge _ -> connection.send(requestSecurity.challenge(connection));
            case Request.LogIn login -> connection.send(requestSecurity.logIn(connection, login));
            case Request.GetClusterKeys _ -> connection.send(requestSecurity.clusterKeys(connection));
            case Request.GetNodeSecret get -> connection.send(requestSecurity.nodeSecret(get));
            case Request.Delegate asked -> connection.send(requestSecurity.delegated(connection, asked));
            case Request.GetTokenKeys _ -> connection.send(requestSecurity.tokenKeys());
            case Request.RenewToken _ -> connection.send(requestSecurity.renewed(connection, incoming.message()));

            case Request.StoreChunk store -> chunks.store(connection, store, token);
            case Request.StoreChunks store -> chunks.storeAll(connection, store, token);
            case Request.FetchChunks fetch -> chunks.fetchAll(connection, fetch);
            case Request.ForwardChunk forward -> chunks.forward(connection, forward, token);
            case Request.FetchChunk fetch -> chunks.fetch(connection, fetch);
            case Request.HasChunk has -> chunks.has(connection, has);
            case Request.SignReceipt sign -> chunks.sign(connection, sign);
            case Request.VerifyChunks verify -> chunks.verify(connection, verify);
            case Request.ReportChunk report -> chunks.reported(connection, report);

            case Request.GetDigests get -> repair.digests(connection, get);
            case Request.GetSizes get -> repair.sizes(connection, get);
            case Request.ListSlot list -> repair.list(connection, list);
            case Request.PromiseToKeep promise -> repair.promise(connection, promise);
        }
    }

    @Override
    public void turnedAway(Address peer, String reason) {
        requestSecurity.turnedAway(peer, reason);
    }
}
