package io.trivet.node;

import io.trivet.model.CallerIdentity;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.node.access.RequestSecurity;
import io.trivet.node.data.TransferPool;
import io.trivet.node.leader.SessionLeases;
import io.trivet.node.raft.RaftMember;
import io.trivet.wire.Connection;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import java.io.IOException;
import java.time.Instant;

/** Answers requests to the namespace: operations, queries, sessions, backups. Any thread. */
final class NamespaceRequests {
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

    Reply kept(Request.KeepSession keep) {
        if (!raftMember.leads()) {
            throw new TrivetException(raftMember.notLeader());
        }
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
