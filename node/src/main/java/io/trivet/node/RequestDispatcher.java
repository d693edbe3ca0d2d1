package io.trivet.node;

import io.trivet.model.Address;
import io.trivet.model.CallerIdentity;
import io.trivet.model.ClusterView;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.namespace.Namespace;
import io.trivet.node.access.JoinService;
import io.trivet.node.access.ReachabilityProbe;
import io.trivet.node.access.RequestSecurity;
import io.trivet.node.access.UserRequests;
import io.trivet.node.cluster.ClusterClock;
import io.trivet.node.cluster.KnownCluster;
import io.trivet.node.data.ChunkService;
import io.trivet.node.data.ReceiptSigner;
import io.trivet.node.data.RepairSurroundings;
import io.trivet.node.data.TransferPool;
import io.trivet.node.keys.KeyRotation;
import io.trivet.node.leader.DebtLedger;
import io.trivet.node.leader.HeartbeatMonitor;
import io.trivet.node.leader.SessionLeases;
import io.trivet.node.metrics.RequestMetrics;
import io.trivet.node.seat.OwnSeat;
import io.trivet.node.seat.RaftMember;
import io.trivet.repair.Repair;
import io.trivet.wire.Acceptor;
import io.trivet.wire.Connection;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers every request: checks whom it is meant for, hands it to the room that knows, sends what that room says. */
final class RequestDispatcher implements Acceptor.Handler {
    private static final Logger LOG = LoggerFactory.getLogger(RequestDispatcher.class);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

    private final NodeId self;
    private final RaftMember raftMember;
    private final KnownCluster cluster;
    private final HeartbeatMonitor heartbeatMonitor;
    private final SessionLeases sessions;
    private final ChunkService chunks;
    private final TransferPool threads;
    private final OwnSeat ownSeat;
    private final Repair repair;
    private final RepairSurroundings surroundings;
    private final DebtLedger ledger;
    private final InFlightRequests work = new InFlightRequests();
    private final RequestMetrics metrics = new RequestMetrics();
    private final RequestLog log = new RequestLog(metrics);
    private final UserRequests users = new UserRequests();
    private final JoinService joinService;
    private final KeyRotation keyRotation;
    private final RequestSecurity requestSecurity;
    private final ClusterClock clock;
    private final ReachabilityProbe reachabilityProbe;
    private final ReceiptSigner signer;

    RequestDispatcher(
            NodeId self,
            RaftMember raftMember,
            KnownCluster cluster,
            HeartbeatMonitor heartbeatMonitor,
            SessionLeases sessions,
            ChunkService chunks,
            TransferPool threads,
            OwnSeat ownSeat,
            Repair repair,
            RepairSurroundings surroundings,
            DebtLedger ledger,
            JoinService joinService,
            KeyRotation keyRotation,
            RequestSecurity requestSecurity,
            ClusterClock clock,
            ReachabilityProbe reachabilityProbe,
            ReceiptSigner signer) {
        this.self = self;
        this.raftMember = raftMember;
        this.cluster = cluster;
        this.heartbeatMonitor = heartbeatMonitor;
        this.sessions = sessions;
        this.chunks = chunks;
        this.threads = threads;
        this.ownSeat = ownSeat;
        this.repair = repair;
        this.surroundings = surroundings;
        this.ledger = ledger;
        this.joinService = joinService;
        this.keyRotation = keyRotation;
        this.requestSecurity = requestSecurity;
        this.clock = clock;
        this.reachabilityProbe = reachabilityProbe;
        this.signer = signer;
    }

    /** What is being answered at the moment. */
    InFlightRequests work() {
        return work;
    }

    /** Of all requests that came. */
    RequestMetrics metrics() {
        return metrics;
    }

    @Override
    public void handle(Connection connection, Connection.Incoming<RequestEnvelope> incoming) throws IOException {
        RequestEnvelope requestEnvelope = incoming.message();
        connection.timeout(ANSWER_LIMIT);
        long begin = System.nanoTime();
        try {
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
            if (requestEnvelope.request() instanceof Request.StoreChunk || incoming.bodyLength() > 0) {
                // What follows the request has not been read: nothing else can be understood on this connection.
                connection.farewell();
                throw new IOException(e.getMessage(), e);
            }
        } catch (IOException e) {
            log.broken(requestEnvelope.request(), begin);
            throw e;
        }
    }

    /**
     * The quorum's calls and heartbeats never end, and what is asked of them is asked again: nobody
     * waits for those.
     */
    private void answerCounted(Connection connection, Connection.Incoming<RequestEnvelope> incoming)
            throws IOException {
        switch (incoming.message().request()) {
            case Request.QuorumCall _, Request.Heartbeat _ -> answer(connection, incoming);
            case Request.StoreChunk _, Request.ForwardChunk _ -> {
                try (InFlightRequests.Begun _ = work.begin(true)) {
                    answer(connection, incoming);
                }
            }
            case Request.Submit _, Request.Ask _, Request.RenewToken _
            when connection.identity() instanceof CallerIdentity.OfUser user -> {
                try (InFlightRequests.Begun _ = work.begin(false);
                        UserRequests.Begun _ = users.begin(user.name(), requestSecurity.mostRequests(user))) {
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
            case Request.GetView _ -> connection.send(viewFor(0, true));
            case Request.Heartbeat beat -> connection.send(heard(beat));
            case Request.Submit submit -> connection.send(submitted(connection, submit));
            case Request.Ask ask ->
                connection.send(
                        requestSecurity.asked(connection, ask.query(), log.seen(raftMember.ask(ask.query()), ask)));
            case Request.KeepSession keep -> connection.send(kept(keep));
            case Request.EnterCluster enter ->
                connection.send(entered(connection, enter, joinService.enter(enter, connection.channelBinding())));
            case Request.RenewCertificate renew ->
                connection.send(entered(connection, renew, joinService.renew(renew)));
            case Request.GetClusterKeys _ -> connection.send(requestSecurity.clusterKeys(connection));
            case Request.Rekey rekey -> {
                threads.run(TransferPool.Kind.SEAT, connection, _ -> keyRotation.rekey(rekey));
                requestSecurity.rekeyed(connection, rekey);
                connection.send(new Reply.Done());
            }
            case Request.KeepKeys keep -> {
                threads.run(TransferPool.Kind.SEAT, connection, _ -> requestSecurity.keepKeys(connection, keep));
                connection.send(new Reply.Done());
            }
            case Request.BackUp backUp -> {
                requestSecurity.backedUp(connection);
                threads.run(
                        TransferPool.Kind.BACK_UP,
                        connection,
                        buffer -> new BackupStream(connection, buffer)
                                .send(raftMember.confirmedNamespace(), backUp.newerThan()));
            }
            case Request.TakeSeat take -> {
                threads.run(TransferPool.Kind.SEAT, connection, _ -> ownSeat.take(take.epoch()));
                connection.send(new Reply.Done());
            }
            case Request.LeaveSeat leave -> {
                threads.run(TransferPool.Kind.SEAT, connection, _ -> ownSeat.leave(leave.epoch()));
                connection.send(new Reply.Done());
            }
            case Request.QuorumCall call -> {
                byte[] reply = raftMember.receive(call.method(), connection.body(incoming));
                connection.send(new Reply.QuorumReply(), ByteBuffer.wrap(reply));
            }
            case Request.StoreChunk store ->
                threads.run(TransferPool.Kind.ofHop(store.hop()), connection, buffer -> {
                    Reply.Stored stored = chunks.store(connection, store, buffer, token);
                    connection.timeout(ANSWER_LIMIT);
                    connection.send(stored);
                });
            case Request.ForwardChunk forward ->
                threads.run(TransferPool.Kind.FORWARD, connection, buffer -> {
                    Reply.Stored stored = chunks.forward(forward, buffer, token);
                    connection.timeout(ANSWER_LIMIT);
                    connection.send(stored);
                });
            case Request.FetchChunk fetch ->
                threads.run(TransferPool.Kind.FETCH, connection, buffer -> chunks.fetch(connection, fetch, buffer));
            case Request.HasChunk has ->
                threads.run(TransferPool.Kind.LOOK, connection, _ -> connection.send(chunks.has(has)));
            case Request.GetDigests get -> connection.send(repair.digests(get));
            case Request.GetSizes(var node) ->
                threads.run(TransferPool.Kind.REPAIR, connection, _ -> connection.send(sizes(node)));
            case Request.ListSlot list ->
                threads.run(TransferPool.Kind.REPAIR, connection, _ -> connection.send(repair.names(list)));
            case Request.PromiseToKeep promise ->
                threads.run(TransferPool.Kind.REPAIR, connection, _ -> {
                    connection.timeout(ChunkService.VERIFY_LIMIT);
                    Reply.Promised promised = repair.promise(promise);
                    connection.timeout(ANSWER_LIMIT);
                    connection.send(promised);
                });
            case Request.GetDebt _ -> connection.send(debt(connection));
            case Request.GetReports _ -> connection.send(reports());
            case Request.Examine examine -> connection.send(reachabilityProbe.of(examine, connection.peer()));
            case Request.Challenge _ -> connection.send(requestSecurity.challenge(connection));
            case Request.LogIn login -> connection.send(requestSecurity.logIn(connection, login));
            case Request.GetNodeSecret get -> connection.send(requestSecurity.nodeSecret(get));
            case Request.GetTokenKeys _ -> connection.send(requestSecurity.tokenKeys());
            case Request.RenewToken _ -> connection.send(requestSecurity.renewed(connection, incoming.message()));
            case Request.SignReceipt sign
            when sign.chunks().isEmpty() -> connection.send(signer.committed(sign, raftMember.confirmedNamespace()));
            case Request.SignReceipt sign ->
                threads.run(TransferPool.Kind.CHECK, connection, _ -> {
                    connection.timeout(ChunkService.VERIFY_LIMIT);
                    Reply.Signed signed = signer.stored(sign);
                    connection.timeout(ANSWER_LIMIT);
                    connection.send(signed);
                });
            case Request.VerifyChunks verify ->
                threads.run(TransferPool.Kind.CHECK, connection, _ -> {
                    connection.timeout(ChunkService.VERIFY_LIMIT);
                    Reply.Verified verified = chunks.verify(verify);
                    checkSlotsOf(verify.first(), verified);
                    connection.timeout(ANSWER_LIMIT);
                    connection.send(verified);
                });
            case Request.ReportChunk report -> {
                LOG.info("reported chunk={} reason=\"{}\"", report.chunk(), report.reason());
                threads.later(() -> {
                    chunks.check(report);
                    Slot slot = report.first().plus(report.chunk().number() - 1L);
                    repair.check(slot);
                    repair.suspect(report.chunk(), slot);
                });
                connection.send(new Reply.Done());
            }
        }
    }

    @Override
    public void turnedAway(Address peer, String reason) {
        requestSecurity.turnedAway(peer, reason);
    }

    private Reply.Entered entered(Connection connection, Request request, Reply.Entered entered) {
        requestSecurity.entered(connection, request, entered);
        return entered;
    }

    private Reply submitted(Connection connection, Request.Submit submit) {
        Operation operation = submit.operation();
        if (operation.session() != null && raftMember.leads()) {
            sessions.heard(operation.session());
        }
        Operation prepared = requestSecurity.prepared(connection, operation);
        return requestSecurity.submitted(connection, prepared, log.seen(raftMember.submit(prepared), submit));
    }

    /**
     * Sums are for nodes, which compare; an operator is told sizes. Of a node that does not answer
     * nothing is known.
     */
    private Reply.Digests sizes(NodeId node) {
        Request.GetDigests all = new Request.GetDigests(
                IntStream.range(0, Slot.COUNT).mapToObj(Slot::new).toList());
        Reply.Digests digests = node.equals(self) ? repair.digests(all) : surroundings.digests(node, all);
        return new Reply.Digests(
                digests.digests().stream().map(Reply.SlotDigest::size).toList());
    }

    /** What is bad or absent here may have been counted as held: a file can go behind the store's back. */
    private void checkSlotsOf(Slot first, Reply.Verified verified) {
        for (Reply.Checked checked : verified.checked()) {
            if (checked.condition() != Reply.Condition.SOUND) {
                repair.check(first.plus(checked.chunk().number() - 1L));
            }
        }
    }

    private Reply kept(Request.KeepSession keep) {
        if (!raftMember.leads()) {
            return new Reply.Refused(raftMember.notLeader());
        }
        if (!requestSecurity.lives(keep.session())) {
            return new Reply.Refused(new Refusal(
                    Refusal.Kind.SESSION_ENDED,
                    keep.session().toString(),
                    "it was silent for too long: begin another"));
        }
        sessions.heard(keep.session());
        return new Reply.Done();
    }

    private Reply heard(Request.Heartbeat beat) {
        cluster.heard(new Reply.Moved(beat.node(), beat.address(), beat.addressVersion()));
        if (raftMember.leads()) {
            heartbeatMonitor.heardOnce(beat);
            clock.heard(beat.node(), beat.clockMs());
            ownView().ifPresent(view -> clock.agree(self, view));
        }
        return withMoved(viewFor(beat.viewVersion(), false), beat.viewVersion());
    }

    /** What is compared with an older view than the asker's says nothing. */
    private Reply.ViewOf withMoved(Reply.ViewOf view, long versionKnown) {
        List<Reply.Moved> moved = cluster.version() >= versionKnown ? cluster.moved() : List.of();
        return new Reply.ViewOf(
                view.node(), view.view(), view.leader(), view.states(), view.event(), view.timeMs(), moved);
    }

    /**
     * The view, unless the asker's is as new; with the states of the nodes, which only the leader
     * knows, where they are wanted: not by every node every second, which would be the square of
     * their number.
     */
    private Reply.ViewOf viewFor(long versionKnown, boolean withStates) {
        Optional<ClusterView> view = raftMember.leads() ? ownView() : cluster.view();
        @Nullable
        ClusterView newer = view.filter(known -> known.version() > versionKnown).orElse(null);
        List<Reply.NodeState> states = withStates && raftMember.leads()
                ? view.map(known -> heartbeatMonitor.states(known, clock::clockAheadMs))
                        .orElse(List.of())
                : List.of();
        long event = raftMember.leads()
                ? view.map(known -> ledger.event(known, heartbeatMonitor.witnesses(known)))
                        .orElse(0L)
                : 0;
        long time = raftMember.leads() && clock.isAgreed() ? clock.millis() : 0;
        return new Reply.ViewOf(self, newer, raftMember.leader().orElse(null), states, event, time, List.of());
    }

    /** Only who still leads may say what is owed: the question makes sure. */
    private Reply debt(Connection connection) {
        return switch (raftMember.ask(new Query.View())) {
            case QueryResult.View(ClusterView view) ->
                new Reply.DebtOf(requestSecurity.visible(
                        connection, ledger.debt(view, heartbeatMonitor.witnesses(view), Instant.now())));
            case QueryResult.Refused(var refusal) -> new Reply.Refused(refusal);
            case QueryResult other -> throw new IllegalStateException("not a view: " + other);
        };
    }

    private Reply reports() {
        return switch (raftMember.ask(new Query.View())) {
            case QueryResult.View(ClusterView view) -> new Reply.Reports(heartbeatMonitor.reports(view));
            case QueryResult.Refused(var refusal) -> new Reply.Refused(refusal);
            case QueryResult other -> throw new IllegalStateException("not a view: " + other);
        };
    }

    private Optional<ClusterView> ownView() {
        Optional<Namespace> namespace = raftMember.namespace().current();
        return namespace.isPresent()
                        && namespace.get().answer(new Query.View()) instanceof QueryResult.View(ClusterView view)
                ? Optional.of(view)
                : Optional.empty();
    }
}
