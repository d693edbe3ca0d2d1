package io.trivet.node.access;

import io.trivet.model.Address;
import io.trivet.model.CallerIdentity;
import io.trivet.model.Command;
import io.trivet.model.Debt;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.SessionId;
import io.trivet.model.TrivetException;
import io.trivet.model.User;
import io.trivet.model.UserLimits;
import io.trivet.node.cluster.ClusterClock;
import io.trivet.node.cluster.KnownCluster;
import io.trivet.node.identity.NodeIdentity;
import io.trivet.node.identity.PlainNodeKey;
import io.trivet.node.keys.Keyring;
import io.trivet.node.keys.NodeKeys;
import io.trivet.node.keys.TokenKeys;
import io.trivet.node.raft.RaftMember;
import io.trivet.wire.Connection;
import io.trivet.wire.credentials.AeadCipher;
import io.trivet.wire.credentials.ChunkToken;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.IOException;

/**
 * Authentication and authorization of requests: checks rights, logs users in, issues keys and
 * tokens, and writes the audit log. Any thread.
 */
public final class RequestSecurity {
    private final RaftMember raftMember;
    private final Keyring keyring;
    private final TokenKeys tokenKeys;
    private final Authorizer authorizer;
    private final Authenticator authenticator;
    private final Delegations delegations;
    private final ChunkTokenIssuer tokens;
    private final AuditLog audit;
    private final OperationPreparation preparation;
    private final FollowUp followUp;
    private final VisibleAnswers visibleAnswers;

    public RequestSecurity(
            RaftMember raftMember,
            KnownCluster cluster,
            NodeKeys keys,
            NodeIdentity identity,
            AuditLog audit,
            CommitCheck commits,
            ClusterClock clock,
            SnapshotHolds holds) {
        this.raftMember = raftMember;
        this.keyring = keys.keyring();
        this.tokenKeys = keys.tokenKeys();
        this.authorizer = new Authorizer(identity.node(), raftMember, cluster, keyring, tokenKeys, clock);
        this.authenticator = new Authenticator(identity.cluster(), raftMember, keyring);
        this.delegations = new Delegations(identity.cluster(), authenticator, clock);
        this.tokens = new ChunkTokenIssuer(tokenKeys, raftMember::leadingNamespace, clock, holds);
        this.audit = audit;
        this.preparation = new OperationPreparation(raftMember, authorizer, authenticator, keyring, commits, clock);
        this.followUp = new FollowUp(raftMember);
        this.visibleAnswers = new VisibleAnswers(raftMember, authorizer, tokens, followUp);
    }

    public void admit(Connection connection, RequestEnvelope requestEnvelope) {
        try {
            authorizer.admit(connection.identity(), connection.channelBinding(), requestEnvelope);
        } catch (TrivetException e) {
            if (e.kind() == Refusal.Kind.FORBIDDEN) {
                charge(connection, requestEnvelope); // a valid token, but for something else
            }
            throw e;
        }
        charge(connection, requestEnvelope);
    }

    /** From now on the connection counts for the user to whom the token was issued. */
    private void charge(Connection connection, RequestEnvelope requestEnvelope) {
        byte[] token = requestEnvelope.request() instanceof Request.FetchChunks(var chunks)
                ? chunks.getFirst().token()
                : requestEnvelope.token();
        AccessRule rule = AccessRules.of(requestEnvelope.request());
        if (token != null && (rule instanceof AccessRule.Chunks || rule instanceof AccessRule.ChunksByToken)) {
            connection.actsFor(ChunkToken.verified(token, tokenKeys::key).user());
        }
    }

    /**
     * Records refusals that concern the caller's rights; a missing file, for example, is not
     * recorded.
     */
    public void refused(Connection connection, Request request, Refusal refusal) {
        switch (refusal.kind()) {
            case FORBIDDEN, NOT_LOGGED_IN, BAD_TOKEN, DENIED ->
                audit.refused(connection, AuditedAct.of(request), refusal);
            default -> {}
        }
    }

    public Reply.Challenged challenge(Connection connection) {
        return new Reply.Challenged(connection.newChallenge());
    }

    public Reply.LoggedIn logIn(Connection connection, Request.LogIn login) {
        Reply.LoggedIn in = authenticator.logIn(connection, login);
        if (connection.identity() instanceof CallerIdentity.OfUser user) {
            audit.loggedIn(connection, user.name());
        }
        return in;
    }

    /** For a member that shows what a user has signed. */
    public Reply.Delegated delegated(Connection connection, Request.Delegate asked) {
        if (!(connection.identity() instanceof CallerIdentity.OfNode who)) {
            throw TrivetException.of(Refusal.Kind.FORBIDDEN, "", "only nodes act for users");
        }
        return delegated(who.node(), asked);
    }

    /** The same for this node itself, while it leads. */
    public Reply.Delegated delegated(NodeId node, Request.Delegate asked) {
        return delegations.delegate(node, asked);
    }

    /**
     * The operation for the log: with the user of a new session, and with secrets wrapped under the
     * cluster's keys instead of the sender's secret.
     */
    public Operation prepared(Connection connection, Operation operation) {
        return preparation.prepared(connection, operation);
    }

    /** The most requests of this caller in progress at once. */
    public int mostRequests(CallerIdentity who) {
        return who instanceof CallerIdentity.OfUser user
                ? raftMember
                        .namespace()
                        .current()
                        .flatMap(namespace -> namespace.user(user.name()))
                        .map(found -> found.user().limits().mostRequests())
                        .orElse(UserLimits.USUAL_REQUESTS)
                : Integer.MAX_VALUE;
    }

    private User user(Connection connection) {
        return authorizer.user(connection.identity());
    }

    /**
     * The answer to an operation, with a token if ids were reserved. Records administrative actions
     * in the audit log.
     */
    public Reply submitted(Connection connection, Operation operation, Outcome outcome) {
        note(connection, operation.command(), outcome);
        if (outcome instanceof Outcome.Done) {
            followUp.of(operation.command());
        }
        return outcome instanceof Outcome.Reserved
                ? tokens.submitted(user(connection), operation, outcome)
                : new Reply.OutcomeOf(outcome);
    }

    private void note(Connection connection, Command command, Outcome outcome) {
        if (outcome instanceof Outcome.Refused(var refusal)) {
            if (refusal.kind() == Refusal.Kind.DENIED) {
                audit.refused(connection, AuditedAct.name(command), refusal);
            }
            return;
        }
        AuditedAct.subject(command).ifPresent(subject -> {
            if (AuditedAct.isOfNames(command)) {
                audit.doneToNames(connection, AuditedAct.name(command), subject);
            } else {
                audit.done(connection, AuditedAct.name(command), subject);
            }
        });
    }

    /** The part of an answer that the caller may see. */
    public Reply asked(Connection connection, Query query, QueryResult queryResult) {
        return visibleAnswers.of(connection, query, queryResult);
    }

    /** Every user may see the debt; names of files only users who may list them. */
    public Debt visible(Connection connection, Debt debt) {
        return VisibleAnswers.visible(user(connection), debt);
    }

    public Reply renewed(Connection connection, RequestEnvelope requestEnvelope) {
        byte[] token = requestEnvelope.token();
        if (token == null) {
            throw TrivetException.of(Refusal.Kind.BAD_TOKEN, "", "there is none to renew");
        }
        User user = user(connection);
        return tokens.renewed(
                user,
                token,
                session ->
                        authorizer.userOf(session).filter(user.name()::equals).isPresent());
    }

    /** Whether a session is open, according to the quorum. */
    public boolean lives(SessionId session) {
        return authorizer.userOf(session).isPresent();
    }

    public void backedUp(Connection connection) {
        if (!(connection.identity() instanceof CallerIdentity.OfNode)) {
            audit.done(connection, "back up", "namespace");
        }
    }

    /**
     * In a plaintext cluster, for a node that proves itself by the private half of a key that has
     * joined.
     */
    public Reply.Sealed nodeSecret(Request.GetNodeSecret get) {
        byte[] secret = keyring.nodeSecret();
        if (!raftMember.leadingNamespace().hasJoined(PlainNodeKey.publicHalf(get.privateKey()))) {
            throw TrivetException.of(Refusal.Kind.DENIED, "node", "no node has joined with this key");
        }
        return new Reply.Sealed(new AeadCipher(get.privateKey(), "node secret").close(secret, ""));
    }

    /** Only from the leader: another master may not know yet which nodes have left. */
    public Reply.TokenKeys tokenKeys() {
        tokenKeys.lead(raftMember.leadingNamespace());
        return tokenKeys.all();
    }

    /** From the leader, for a node that is given a seat. Durable on return. */
    public void keepKeys(Connection connection, Request.KeepKeys keep) throws IOException {
        keyring.keep(keep.file());
        audit.done(connection, "keep keys", "cluster-keys");
    }

    /** For another master that lacks them. */
    public Reply.Sealed clusterKeys(Connection connection) {
        byte[] file = keyring.forNewMaster();
        audit.done(connection, "get cluster keys", "cluster-keys");
        return new Reply.Sealed(file);
    }

    public void rekeyed(Connection connection, Request.Rekey rekey) {
        audit.done(connection, "rekey", "overlap " + rekey.overlap());
    }

    /** A node was admitted, or got a new certificate. */
    public void entered(Connection connection, Request request, Reply.Entered entered) {
        audit.done(connection, AuditedAct.of(request), entered.node().toString());
    }

    /** A connection ended before a request, because the two ends do not trust each other. */
    public void turnedAway(Address peer, String reason) {
        audit.turnedAway(peer, reason);
    }
}
