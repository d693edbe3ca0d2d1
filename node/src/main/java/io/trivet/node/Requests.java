package io.trivet.node;

import io.trivet.model.Address;
import io.trivet.model.Answer;
import io.trivet.model.ClusterView;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Question;
import io.trivet.model.Refusal;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.namespace.Namespace;
import io.trivet.repair.DebtLedger;
import io.trivet.repair.Repair;
import io.trivet.wire.Acceptor;
import io.trivet.wire.Addressed;
import io.trivet.wire.Connection;
import io.trivet.wire.Reply;
import io.trivet.wire.Request;
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
final class Requests implements Acceptor.Handler {
    private static final Logger LOG = LoggerFactory.getLogger(Requests.class);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

    private final NodeId self;
    private final Seat seat;
    private final KnownCluster cluster;
    private final Presence presence;
    private final SessionLeases sessions;
    private final ChunkService chunks;
    private final TransferThreads threads;
    private final OwnSeat ownSeat;
    private final Repair repair;
    private final RepairSurroundings surroundings;
    private final DebtLedger ledger;
    private final WorkUnderWay work = new WorkUnderWay();
    private final RequestLog log = new RequestLog();
    private final Entrance entrance;
    private final Guard guard;

    Requests(
            NodeId self,
            Seat seat,
            KnownCluster cluster,
            Presence presence,
            SessionLeases sessions,
            ChunkService chunks,
            TransferThreads threads,
            OwnSeat ownSeat,
            Repair repair,
            RepairSurroundings surroundings,
            DebtLedger ledger,
            Entrance entrance,
            Guard guard) {
        this.self = self;
        this.seat = seat;
        this.cluster = cluster;
        this.presence = presence;
        this.sessions = sessions;
        this.chunks = chunks;
        this.threads = threads;
        this.ownSeat = ownSeat;
        this.repair = repair;
        this.surroundings = surroundings;
        this.ledger = ledger;
        this.entrance = entrance;
        this.guard = guard;
    }

    /** What is being answered at the moment. */
    WorkUnderWay work() {
        return work;
    }

    @Override
    public void handle(Connection connection, Connection.Incoming<Addressed> incoming) throws IOException {
        Addressed addressed = incoming.message();
        connection.within(ANSWER_LIMIT);
        long begin = System.nanoTime();
        try {
            checkTarget(addressed.target());
            if (incoming.bodyLength() > 0 && !(addressed.request() instanceof Request.QuorumCall)) {
                throw new IOException("a body where none belongs");
            }
            guard.admit(connection, addressed);
            answerCounted(connection, incoming);
            log.answered(addressed.request(), connection.peer(), begin);
        } catch (TrivetException e) {
            log.refused(addressed.request(), connection.peer(), e.refusal());
            guard.refused(connection, addressed.request(), e.refusal());
            connection.within(ANSWER_LIMIT);
            connection.send(new Reply.Refused(e.refusal()));
            if (addressed.request() instanceof Request.StoreChunk || incoming.bodyLength() > 0) {
                // What follows the request has not been read: nothing else can be understood on this connection.
                connection.farewell();
                throw new IOException(e.getMessage(), e);
            }
        }
    }

    /** The quorum's calls and heartbeats never end, and what is asked of them is asked again: nobody waits for those. */
    private void answerCounted(Connection connection, Connection.Incoming<Addressed> incoming) throws IOException {
        switch (incoming.message().request()) {
            case Request.QuorumCall _, Request.Heartbeat _ -> answer(connection, incoming);
            case Request.StoreChunk _, Request.ForwardChunk _ -> {
                try (WorkUnderWay.Begun _ = work.begin(true)) {
                    answer(connection, incoming);
                }
            }
            default -> {
                try (WorkUnderWay.Begun _ = work.begin(false)) {
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

    private void answer(Connection connection, Connection.Incoming<Addressed> incoming) throws IOException {
        byte[] token = incoming.message().token();
        switch (incoming.message().request()) {
            case Request.GetView _ -> connection.send(viewFor(0, true));
            case Request.Heartbeat beat -> connection.send(heard(beat));
            case Request.Submit submit -> connection.send(submitted(connection, submit));
            case Request.Ask ask ->
                connection.send(guard.asked(connection, ask.question(), log.seen(seat.ask(ask.question()), ask)));
            case Request.KeepSession keep -> connection.send(kept(keep));
            case Request.EnterCluster enter -> connection.send(entered(connection, enter, entrance.enter(enter)));
            case Request.RenewCertificate renew -> connection.send(entered(connection, renew, entrance.renew(renew)));
            case Request.KeepKeys keep -> {
                threads.run(TransferThreads.Kind.CHECK, _ -> guard.keepKeys(connection, keep));
                connection.send(new Reply.Done());
            }
            case Request.BackUp backUp -> {
                guard.backedUp(connection);
                threads.run(
                        TransferThreads.Kind.FETCH,
                        buffer -> new BackupStream(connection, buffer).send(leading(), backUp.newerThan()));
            }
            case Request.TakeSeat take -> {
                threads.run(TransferThreads.Kind.CHECK, _ -> ownSeat.take(take.epoch()));
                connection.send(new Reply.Done());
            }
            case Request.LeaveSeat leave -> {
                threads.run(TransferThreads.Kind.CHECK, _ -> ownSeat.leave(leave.epoch()));
                connection.send(new Reply.Done());
            }
            case Request.QuorumCall call -> {
                byte[] reply = seat.receive(call.method(), connection.body(incoming));
                connection.send(new Reply.QuorumReply(), ByteBuffer.wrap(reply));
            }
            case Request.StoreChunk store ->
                threads.run(TransferThreads.Kind.ofHop(store.hop()), buffer -> {
                    Reply.Stored stored = chunks.store(connection, store, buffer, token);
                    connection.within(ANSWER_LIMIT);
                    connection.send(stored);
                });
            case Request.ForwardChunk forward ->
                threads.run(TransferThreads.Kind.FORWARD, buffer -> {
                    Reply.Stored stored = chunks.forward(forward, buffer, token);
                    connection.within(ANSWER_LIMIT);
                    connection.send(stored);
                });
            case Request.FetchChunk fetch ->
                threads.run(TransferThreads.Kind.FETCH, buffer -> chunks.fetch(connection, fetch, buffer));
            case Request.HasChunk has -> threads.run(TransferThreads.Kind.FETCH, _ -> connection.send(chunks.has(has)));
            case Request.GetDigests get -> connection.send(repair.digests(get));
            case Request.GetSizes(var node) ->
                threads.run(TransferThreads.Kind.REPAIR, _ -> connection.send(sizes(node)));
            case Request.ListSlot list ->
                threads.run(TransferThreads.Kind.REPAIR, _ -> connection.send(repair.names(list)));
            case Request.PromiseToKeep promise ->
                threads.run(TransferThreads.Kind.REPAIR, _ -> {
                    connection.within(ChunkService.VERIFY_LIMIT);
                    Reply.Promised promised = repair.promise(promise);
                    connection.within(ANSWER_LIMIT);
                    connection.send(promised);
                });
            case Request.GetDebt _ -> connection.send(debt(connection));
            case Request.GetReports _ -> connection.send(reports());
            case Request.Examine examine -> connection.send(Examination.of(examine, connection.peer()));
            case Request.Challenge _ -> connection.send(guard.challenge(connection));
            case Request.LogIn login -> connection.send(guard.logIn(connection, login));
            case Request.GetNodeSecret get -> connection.send(guard.nodeSecret(get));
            case Request.GetTokenKeys _ -> connection.send(guard.tokenKeys());
            case Request.RenewToken _ -> connection.send(guard.renewed(connection, incoming.message()));
            case Request.VerifyChunks verify ->
                threads.run(TransferThreads.Kind.CHECK, _ -> {
                    connection.within(ChunkService.VERIFY_LIMIT);
                    Reply.Verified verified = chunks.verify(verify);
                    checkSlotsOf(verify.first(), verified);
                    connection.within(ANSWER_LIMIT);
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

    /** The namespace of a leader that has just proved to be one; throws {@link TrivetException}. */
    private Namespace leading() {
        if (seat.ask(new Question.View()) instanceof Answer.Refused(var refusal)) {
            throw new TrivetException(refusal);
        }
        return seat.namespace()
                .current()
                .orElseThrow(() -> TrivetException.of(Refusal.Kind.NO_QUORUM, "", "no namespace is here"));
    }

    @Override
    public void turnedAway(Address peer, String reason) {
        guard.turnedAway(peer, reason);
    }

    private Reply.Entered entered(Connection connection, Request request, Reply.Entered entered) {
        guard.entered(connection, request, entered);
        return entered;
    }

    private Reply submitted(Connection connection, Request.Submit submit) {
        Operation operation = submit.operation();
        if (operation.session() != null && seat.leads()) {
            sessions.heard(operation.session());
        }
        Operation prepared = guard.prepared(connection, operation);
        return guard.submitted(connection, prepared, log.seen(seat.submit(prepared), submit));
    }

    /** Sums are for nodes, which compare; an operator is told sizes. Of a node that does not answer nothing is known. */
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
        if (!seat.leads()) {
            return new Reply.Refused(new Refusal(
                    Refusal.Kind.NOT_LEADER, seat.leader().map(NodeId::toString).orElse(""), "ask the leader"));
        }
        boolean lives = seat.namespace()
                .current()
                .map(namespace -> namespace.sessions().contains(keep.session()))
                .orElse(false);
        if (!lives) {
            return new Reply.Refused(new Refusal(
                    Refusal.Kind.SESSION_ENDED,
                    keep.session().toString(),
                    "it was silent for too long: begin another"));
        }
        sessions.heard(keep.session());
        return new Reply.Done();
    }

    private Reply heard(Request.Heartbeat beat) {
        if (seat.leads()) {
            presence.heard(beat);
        }
        return viewFor(beat.viewVersion(), false);
    }

    /**
     * The view, unless the asker's is as new; with the states of the nodes, which only the leader knows, where they are wanted: not by every node every
     * second, which would be the square of their number.
     */
    private Reply.ViewOf viewFor(long versionKnown, boolean withStates) {
        Optional<ClusterView> view = seat.leads() ? ownView() : cluster.view();
        @Nullable
        ClusterView newer = view.filter(known -> known.version() > versionKnown).orElse(null);
        List<Reply.NodeState> states =
                withStates && seat.leads() ? view.map(presence::states).orElse(List.of()) : List.of();
        long event = seat.leads()
                ? view.map(known -> ledger.event(known, presence.witnesses(known)))
                        .orElse(0L)
                : 0;
        return new Reply.ViewOf(self, newer, seat.leader().orElse(null), states, event);
    }

    /** Only who still leads may say what is owed: the question makes sure. */
    private Reply debt(Connection connection) {
        return switch (seat.ask(new Question.View())) {
            case Answer.View(ClusterView view) ->
                new Reply.DebtOf(guard.visible(connection, ledger.debt(view, presence.witnesses(view), Instant.now())));
            case Answer.Refused(var refusal) -> new Reply.Refused(refusal);
            case Answer other -> throw new IllegalStateException("not a view: " + other);
        };
    }

    private Reply reports() {
        return switch (seat.ask(new Question.View())) {
            case Answer.View(ClusterView view) -> new Reply.Reports(presence.reports(view));
            case Answer.Refused(var refusal) -> new Reply.Refused(refusal);
            case Answer other -> throw new IllegalStateException("not a view: " + other);
        };
    }

    private Optional<ClusterView> ownView() {
        Optional<Namespace> namespace = seat.namespace().current();
        return namespace.isPresent()
                        && namespace.get().answer(new Question.View()) instanceof Answer.View(ClusterView view)
                ? Optional.of(view)
                : Optional.empty();
    }
}
