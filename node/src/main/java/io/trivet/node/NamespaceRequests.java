package io.trivet.node;

import io.trivet.model.CallerIdentity;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.namespace.Namespace;
import io.trivet.node.access.RequestSecurity;
import io.trivet.node.data.TransferPool;
import io.trivet.node.leader.SessionLeases;
import io.trivet.node.raft.RaftMember;
import io.trivet.wire.Connection;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Answers requests to the namespace: operations, queries, sessions, backups. Any thread. */
final class NamespaceRequests {
    private static final Reply UNKNOWN = new Reply.Refused(
            new Refusal(Refusal.Kind.OUTCOME_UNKNOWN, "", "the answers are too long for one: ask for this one alone"));

    private static final Reply ALONE = new Reply.Refused(
            new Refusal(Refusal.Kind.BUSY, "", "the answers are too long for one: ask for this one alone"));

    private final RaftMember raftMember;
    private final SessionLeases sessions;
    private final RequestSecurity requestSecurity;
    private final TransferPool threads;
    private final RequestLog log;

    NamespaceRequests(
            RaftMember raftMember,
            SessionLeases sessions,
            RequestSecurity requestSecurity,
            TransferPool threads,
            RequestLog log) {
        this.raftMember = raftMember;
        this.sessions = sessions;
        this.requestSecurity = requestSecurity;
        this.threads = threads;
        this.log = log;
    }

    Reply submitted(Connection connection, Request.Submit submit) {
        Operation operation = submit.operation();
        if (operation.session() != null && raftMember.leads()) {
            sessions.heard(operation.session());
        }
        Operation prepared = requestSecurity.prepared(connection, operation);
        Outcome outcome = log.seen(raftMember.submit(prepared), submit);
        return requestSecurity.submitted(connection, prepared, outcome);
    }

    Reply asked(Connection connection, Request.Ask ask) {
        QueryResult result = log.seen(raftMember.ask(ask.query()), ask);
        return requestSecurity.asked(connection, ask.query(), result);
    }

    /**
     * Each operation is admitted, checked and applied as if it came alone, and has an answer of its
     * own. They enter the log together.
     */
    Reply submittedAll(Connection connection, Request.SubmitAll all) {
        requireLeading();
        BatchLimit limit = new BatchLimit();
        Map<Integer, Reply> refused = new HashMap<>();
        Map<Integer, Operation> prepared = new LinkedHashMap<>();
        for (int place = 0; place < all.operations().size(); place++) {
            Request.Submit submit = new Request.Submit(all.operations().get(place));
            try {
                limit.requireRoom(submit.operation().command());
                prepared.put(place, prepared(connection, submit));
            } catch (TrivetException e) {
                refused.put(place, refused(connection, submit, e));
            }
        }
        Iterator<Outcome> outcomes =
                raftMember.submitAll(List.copyOf(prepared.values())).iterator();
        BoundedAnswers answers = new BoundedAnswers(UNKNOWN);
        for (int place = 0; place < all.operations().size(); place++) {
            Operation operation = prepared.get(place);
            answers.add(
                    operation == null
                            ? Objects.requireNonNull(refused.get(place))
                            : submitted(connection, new Request.Submit(operation), outcomes.next()));
        }
        return answers.each();
    }

    private Operation prepared(Connection connection, Request.Submit submit) {
        admit(connection, submit);
        if (submit.operation().session() != null) {
            sessions.heard(submit.operation().session());
        }
        return requestSecurity.prepared(connection, submit.operation());
    }

    private Reply submitted(Connection connection, Request.Submit submit, Outcome outcome) {
        log.seen(outcome, submit);
        try {
            return requestSecurity.submitted(connection, submit.operation(), outcome);
        } catch (TrivetException e) {
            return refused(connection, submit, e);
        }
    }

    /**
     * One check that this node leads, after the request came, serves all questions. What does not fit
     * into an answer or the time is told to be asked alone.
     */
    Reply askedAll(Connection connection, Request.AskAll all) {
        Namespace namespace = raftMember.confirmedNamespace();
        BatchLimit limit = new BatchLimit();
        BoundedAnswers answers = new BoundedAnswers(ALONE);
        for (Query query : all.queries()) {
            answers.add(answers.isFull() ? ALONE : answered(connection, new Request.Ask(query), namespace, limit));
        }
        return answers.each();
    }

    private Reply answered(Connection connection, Request.Ask ask, Namespace namespace, BatchLimit limit) {
        try {
            limit.requireTime();
            admit(connection, ask);
            QueryResult result = log.seen(namespace.answer(ask.query()), ask);
            return requestSecurity.asked(connection, ask.query(), result);
        } catch (TrivetException e) {
            return refused(connection, ask, e);
        }
    }

    private void admit(Connection connection, Request request) {
        requestSecurity.admit(connection, RequestEnvelope.toAny(request));
    }

    private Reply refused(Connection connection, Request request, TrivetException e) {
        log.refused(request, e.refusal());
        requestSecurity.refused(connection, request, e.refusal());
        return new Reply.Refused(e.refusal());
    }

    private void requireLeading() {
        if (!raftMember.leads()) {
            throw new TrivetException(raftMember.notLeader());
        }
    }

    Reply kept(Request.KeepSession keep) {
        requireLeading();
        if (!requestSecurity.lives(keep.session())) {
            throw TrivetException.of(
                    Refusal.Kind.SESSION_ENDED, keep.session().toString(), "it was silent for too long: begin another");
        }
        sessions.heard(keep.session());
        return new Reply.Done();
    }

    void backUp(Connection connection, Request.BackUp backUp) throws IOException {
        requestSecurity.backedUp(connection);
        threads.run(TransferPool.Kind.BACK_UP, connection, buffer -> {
            new BackupStream(connection, buffer).send(raftMember.confirmedNamespace(), backUp.newerThan());
            if (!(connection.identity() instanceof CallerIdentity.OfNode)) {
                log.metrics().backedUp(Instant.now());
            }
        });
    }
}
