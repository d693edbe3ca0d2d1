package io.trivet.node.access;

import io.trivet.model.Address;
import io.trivet.model.CallerIdentity;
import io.trivet.model.Command;
import io.trivet.model.Debt;
import io.trivet.model.FileId;
import io.trivet.model.Grant;
import io.trivet.model.Group;
import io.trivet.model.MissingChunk;
import io.trivet.model.NameEntry;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Quota;
import io.trivet.model.QuotaUse;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.SessionId;
import io.trivet.model.TrashedFile;
import io.trivet.model.TrivetException;
import io.trivet.model.User;
import io.trivet.model.UserLimits;
import io.trivet.namespace.Namespace;
import io.trivet.node.cluster.ClusterClock;
import io.trivet.node.cluster.KnownCluster;
import io.trivet.node.identity.NodeIdentity;
import io.trivet.node.identity.PlainNodeKey;
import io.trivet.node.keys.Keyring;
import io.trivet.node.keys.TokenKeys;
import io.trivet.node.seat.RaftMember;
import io.trivet.wire.Connection;
import io.trivet.wire.credentials.AeadCipher;
import io.trivet.wire.credentials.ChunkToken;
import io.trivet.wire.credentials.Secret;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Authentication and authorization of requests: checks rights, logs users in, issues keys and
 * tokens, and writes the audit log. Any thread.
 */
public final class RequestSecurity {
    private static final Duration LOOK_LIMIT = Duration.ofSeconds(20);
    private static final Duration REMOVAL_LIMIT = Duration.ofSeconds(5);
    static final int MAX_GRANTS_BY_OTHERS = User.MAX_GRANTS / 2;

    /** Names and bytes of one step of a removal for which a user waits. */
    private static final Command.Dissolve STEP = new Command.Dissolve(1000, 1 << 20);

    private static final Command.CountUse COUNT = new Command.CountUse(1000);

    /** The most outcomes of one session that are kept for its client. */
    static final int MAX_UNANSWERED = 1024;

    /** The most reservations of one user, not counting sessions with few of them. */
    static final int MAX_RESERVATIONS = 4096;

    private static final int FEW_RESERVATIONS = 64;

    private static final Duration LONGEST_TOKEN = Duration.ofDays(36_525);

    private final RaftMember raftMember;
    private final Keyring keyring;
    private final TokenKeys tokenKeys;
    private final Authorizer authorizer;
    private final Authenticator authenticator;
    private final ChunkTokenIssuer tokens;
    private final AuditLog audit;
    private final CommitCheck commits;
    private final ClusterClock clock;
    private final TrashSums trashSums = new TrashSums();

    public RequestSecurity(
            RaftMember raftMember,
            KnownCluster cluster,
            Keyring keyring,
            TokenKeys tokenKeys,
            NodeIdentity identity,
            AuditLog audit,
            CommitCheck commits,
            ClusterClock clock,
            SnapshotHolds holds) {
        this.raftMember = raftMember;
        this.keyring = keyring;
        this.tokenKeys = tokenKeys;
        this.authorizer = new Authorizer(identity.node(), raftMember, cluster, keyring, tokenKeys, clock);
        this.authenticator = new Authenticator(identity.cluster(), raftMember, keyring);
        this.tokens = new ChunkTokenIssuer(tokenKeys, raftMember::leadingNamespace, clock, holds);
        this.audit = audit;
        this.commits = commits;
        this.clock = clock;
    }

    public void admit(Connection connection, RequestEnvelope requestEnvelope) {
        authorizer.admit(connection.identity(), connection.channelBinding(), requestEnvelope);
        byte[] token = requestEnvelope.token();
        if (token != null && AccessRules.of(requestEnvelope.request()) instanceof AccessRule.Chunks) {
            connection.actsFor(ChunkToken.verified(token, tokenKeys::key).user());
        }
    }

    /**
     * Records refusals that concern the caller's rights; a missing file, for example, is not
     * recorded.
     */
    public void refused(Connection connection, Request request, Refusal refusal) {
        switch (refusal.kind()) {
            case FORBIDDEN, NOT_LOGGED_IN, BAD_TOKEN, DENIED -> audit.refused(connection, act(request), refusal);
            default -> {}
        }
    }

    private static String act(Request request) {
        return switch (request) {
            case Request.Submit(Operation operation) -> name(operation.command());
            case Request.Ask(Query query) -> name(query);
            case Request.LogIn login -> "log in " + login.who();
            default -> name(request);
        };
    }

    /** {@code SetRights} becomes {@code set rights}. */
    private static String name(Record kind) {
        return kind.getClass()
                .getSimpleName()
                .replaceAll("(?<!^)([A-Z])", " $1")
                .toLowerCase(java.util.Locale.ROOT);
    }

    private static String name(Request request) {
        return name((Record) request);
    }

    private static String name(Command command) {
        return name((Record) command);
    }

    private static String name(Query query) {
        return name((Record) query);
    }

    public Reply.Challenged challenge(Connection connection) {
        return new Reply.Challenged(connection.newChallenge());
    }

    public Reply.LoggedIn logIn(Connection connection, Request.LogIn login) {
        Reply.LoggedIn in = authenticator.logIn(connection, login);
        if (connection.identity() instanceof CallerIdentity.OfUser user) {
            audit.done(connection, "log in", user.name());
        }
        return in;
    }

    /**
     * The operation for the log: with the user of a new session, and with secrets wrapped under the
     * cluster's keys instead of the sender's secret.
     */
    public Operation prepared(Connection connection, Operation operation) {
        if (operation.session() != null && operation.sequence() - operation.answeredBelow() >= MAX_UNANSWERED) {
            throw TrivetException.of(
                    Refusal.Kind.BUSY,
                    operation.session().toString(),
                    "its client takes no answers: at most " + MAX_UNANSWERED + " are kept");
        }
        Command command = switch (operation.command()) {
            case Command.OpenSession _ ->
                new Command.OpenSession(opening(user(connection)).name());
            case Command.AddUser add ->
                new Command.AddUser(add.name(), rewrapped(connection, add.secret(), add.name()), add.grants());
            case Command.RotateSecret rotate ->
                new Command.RotateSecret(rotate.name(), rewrapped(connection, rotate.secret(), rotate.name()));
            case Command.Reserve reserve -> {
                ChunkTokenIssuer.pathsToWrite(user(connection));
                requireRoom(user(connection), operation.session());
                yield reserve;
            }
            case Command.Adopt adopt -> {
                ChunkTokenIssuer.pathsToWrite(user(connection));
                requireRoom(user(connection), operation.session());
                yield adopt;
            }
            case Command.Commit commit -> commits.accepted(user(connection), commit, raftMember.leadingNamespace());
            case Command.Rename rename -> {
                requireNoQuota(user(connection), rename.from());
                yield looked(rename);
            }
            case Command.Remove remove -> {
                requireNoQuota(user(connection), remove.path());
                yield remove;
            }
            case Command.SetRights set -> granted(user(connection), set);
            case Command.Discard discard -> new Command.Discard(discard.before(), mayDiscard(connection, discard));
            case Command.IssueToken token
            when token.validFor().isPositive() ->
                new Command.IssueToken(token.secretHash(), expiry(token.validFor()), token.uses());
            case Command other -> other;
        };
        return new Operation(operation.session(), operation.sequence(), operation.answeredBelow(), command);
    }

    /**
     * The log limits all sessions together; those of one user are counted here, so concurrent
     * requests may exceed the limit a little.
     */
    private User opening(User user) {
        int most = user.limits().mostSessions();
        if (raftMember.leadingNamespace().sessionsOf(user.name()).sessions() >= most) {
            throw TrivetException.of(
                    Refusal.Kind.QUOTA,
                    user.name(),
                    "this user has " + most
                            + " sessions open, and may have no more: those of programs that ended go after a minute, or half an hour where a save can be resumed");
        }
        return user;
    }

    /** Reads all sessions only if this one has many reservations. */
    private void requireRoom(User user, @Nullable SessionId session) {
        Namespace namespace = raftMember.leadingNamespace();
        if (session != null
                && namespace.openReservations(session) >= FEW_RESERVATIONS
                && namespace.sessionsOf(user.name()).reservations() >= MAX_RESERVATIONS) {
            throw TrivetException.of(
                    Refusal.Kind.BUSY,
                    user.name(),
                    "this user has " + MAX_RESERVATIONS + " reservations open: commit some first");
        }
    }

    /**
     * Does at once, as far as time permits, what the leader would do in its rounds, so that the
     * caller can rely on it.
     */
    private void followUp(Command command) {
        switch (command) {
            case Command.RemoveUser _ -> endSessions();
            case Command.SetQuota _, Command.SetLimits _ -> countUse();
            default -> {}
        }
    }

    private void countUse() {
        long end = System.nanoTime() + REMOVAL_LIMIT.toNanos();
        Namespace namespace = raftMember.leadingNamespace();
        while (namespace.isCounting() && System.nanoTime() - end < 0) {
            if (raftMember.submit(Operation.unnumbered(COUNT)) instanceof Outcome.Refused) {
                return;
            }
        }
    }

    /**
     * Ends the sessions of removed users, whose reservations would otherwise be kept for half an
     * hour.
     */
    private void endSessions() {
        long end = System.nanoTime() + REMOVAL_LIMIT.toNanos();
        for (SessionId session : raftMember.leadingNamespace().sessionsOfRemovedUsers(UserLimits.MAX_SESSIONS)) {
            if (System.nanoTime() - end > 0) {
                return;
            }
            raftMember.submit(Operation.unnumbered(new Command.EndSession(session)));
        }
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

    /**
     * A quota applies to everyone who may write below it, so users must not move or remove its
     * directory, which would remove the quota.
     */
    private void requireNoQuota(User by, RemotePath path) {
        if (!by.isAdministrator() && raftMember.leadingNamespace().quotasWithin(path) > 0) {
            throw TrivetException.of(
                    Refusal.Kind.FORBIDDEN,
                    path.toString(),
                    "there is a quota at it or below: only an administrator of / moves or removes it");
        }
    }

    /**
     * Checks everything below a directory within the time of an answer; the log entry itself checks
     * only a bounded part.
     */
    private Command.Rename looked(Command.Rename rename) {
        Command.Rename bounded = new Command.Rename(rename.from(), rename.to());
        long end = System.nanoTime() + LOOK_LIMIT.toNanos();
        raftMember.leadingNamespace().requirePaths(bounded, () -> {
            if (System.nanoTime() - end > 0) {
                throw TrivetException.of(
                        Refusal.Kind.BAD_REQUEST,
                        rename.from().toString(),
                        "too much is below it to look in time whether every path is short enough there: move what is in it one by one, or to a "
                                + "path that is not longer");
            }
        });
        return bounded;
    }

    /**
     * An administrator of a part of the tree must not use up a user's grants, of which there are
     * few.
     */
    private Command.SetRights granted(User by, Command.SetRights set) {
        if (by.isAdministrator() || set.grant().rights().isEmpty()) {
            return set;
        }
        long others = grantsOf(set.name()).stream()
                .filter(grant -> !grant.path().equals(set.grant().path()))
                .count();
        if (others >= MAX_GRANTS_BY_OTHERS) {
            throw TrivetException.of(
                    Refusal.Kind.DENIED,
                    set.name(),
                    "this user has rights at " + others + " paths: only an administrator of / gives more");
        }
        return set;
    }

    private List<Grant> grantsOf(String name) {
        return name.startsWith(Group.MARK)
                ? raftMember
                        .leadingNamespace()
                        .group(name.substring(1))
                        .map(Group::grants)
                        .orElse(List.of())
                : raftMember
                        .leadingNamespace()
                        .user(name)
                        .map(user -> user.user().grants())
                        .orElse(List.of());
    }

    /**
     * By the later of the cluster's time and the log's, because the log would refuse an expired
     * token.
     */
    private Instant expiry(Duration validFor) {
        Instant logged = raftMember.leadingNamespace().time();
        Instant now = clock.now();
        Duration atMost = validFor.compareTo(LONGEST_TOKEN) < 0 ? validFor : LONGEST_TOKEN;
        return (logged.isAfter(now) ? logged : now).plus(atMost);
    }

    /** Keeps only files that are in the trash now, when the user's rights are checked. */
    private List<FileId> mayDiscard(Connection connection, Command.Discard discard) {
        User user = user(connection);
        Namespace namespace = raftMember.leadingNamespace();
        return discard.ids().stream()
                .filter(file -> namespace
                        .trashed(file)
                        .filter(trashedFile -> user.may(Right.WRITE, trashedFile.path()))
                        .isPresent())
                .toList();
    }

    private User user(Connection connection) {
        return authorizer.user(connection.identity());
    }

    private byte[] rewrapped(Connection connection, byte[] onTheWay, String name) {
        AeadCipher way = Secret.onTheWay(authenticator.secretOf(user(connection).name()));
        Secret secret = new Secret(new String(way.open(onTheWay, name), StandardCharsets.US_ASCII));
        return keyring.clusterKeys().wrap(Keyring.purpose(name), secret.bytes());
    }

    /**
     * The answer to an operation, with a token if ids were reserved. Records administrative actions
     * in the audit log.
     */
    public Reply submitted(Connection connection, Operation operation, Outcome outcome) {
        note(connection, operation.command(), outcome);
        if (outcome instanceof Outcome.Done) {
            followUp(operation.command());
        }
        return outcome instanceof Outcome.Reserved
                ? tokens.submitted(user(connection), operation, outcome)
                : new Reply.OutcomeOf(outcome);
    }

    private void note(Connection connection, Command command, Outcome outcome) {
        if (outcome instanceof Outcome.Refused(var refusal)) {
            if (refusal.kind() == Refusal.Kind.DENIED) {
                audit.refused(connection, name(command), refusal);
            }
            return;
        }
        subject(command).ifPresent(subject -> audit.done(connection, name(command), subject));
    }

    /** The subject of administrative actions and removals; saves are not recorded. */
    private static Optional<String> subject(Command command) {
        return switch (command) {
            case Command.IssueToken token -> Optional.of(token.uses() + " uses until " + token.expires());
            case Command.Remove remove -> Optional.of(remove.path().toString());
            case Command.Discard discard -> Optional.of(discard.ids().size() + " files of the trash");
            case Command.Untrash untrash -> Optional.of(untrash.path().toString());
            case Command.SetTrash set -> Optional.of(set.seconds() + " s");
            case Command.AddGroup add -> Optional.of(add.name());
            case Command.RemoveGroup remove -> Optional.of(remove.name());
            case Command.SetMember set ->
                Optional.of(set.group() + (set.member() ? " with " : " without ") + set.user());
            case Command.SetLimits set ->
                Optional.of(set.name()
                        + said(" bytes", set.bytes())
                        + said(" files", set.files())
                        + said(" sessions", set.sessions())
                        + said(" requests", set.requests()));
            case Command.SetQuota set ->
                Optional.of(set.directory() + said(" bytes", set.bytes()) + said(" files", set.files()));
            case Command.Rearrange rearrange ->
                Optional.of("layout " + rearrange.layout().version());
            case Command.SetRebalancing set -> Optional.of(set.toString());
            case Command.SetSweeping set -> Optional.of(set.on() ? "on" : "off");
            case Command.AddUser add -> Optional.of(add.name());
            case Command.RotateSecret rotate -> Optional.of(rotate.name());
            case Command.SetMasters set -> Optional.of(Integer.toString(set.masters()));
            case Command.RevokeToken revoke -> Optional.of(revoke.id());
            case Command.RemoveUser(var name) -> Optional.of(name);
            case Command.SetRights set -> Optional.of(set.name() + " " + set.grant());
            default -> Optional.empty();
        };
    }

    private static String said(String what, @Nullable Number limit) {
        return limit == null ? "" : what + "=" + (limit.longValue() == Quota.NO_LIMIT ? "none" : limit);
    }

    /** A user may see the directories on the way to a grant, but no file there. */
    private static void requireWay(User user, RemotePath path, QueryResult queryResult) {
        boolean may = user.grants().stream().anyMatch(grant -> path.startsWith(grant.path()));
        if (!may && queryResult instanceof QueryResult.Found(NameEntry.File _)) {
            throw TrivetException.of(
                    Refusal.Kind.FORBIDDEN, path.toString(), "user " + user.name() + " has no right there");
        }
    }

    public Reply asked(Connection connection, Query query, QueryResult queryResult) {
        if (query instanceof Query.Lookup(RemotePath path)
                && !(connection.identity() instanceof CallerIdentity.OfNode)) {
            requireWay(user(connection), path, queryResult);
            return tokens.lookedUp(user(connection), path, queryResult);
        }
        if (query instanceof Query.Trash asked && queryResult instanceof QueryResult.Trash page) {
            User user = user(connection);
            return tokens.trashed(user, visible(user, asked, page));
        }
        if (queryResult instanceof QueryResult.Quotas page) {
            User user = user(connection);
            List<QuotaUse> seen = page.quotas().stream()
                    .filter(each -> user.mayLookUp(each.directory()))
                    .toList();
            return new Reply.AnswerOf(new QueryResult.Quotas(seen, page.next(), page.counting()));
        }
        return new Reply.AnswerOf(queryResult);
    }

    /**
     * The trashed files that the user may list, with their totals. An empty page is only returned
     * at the end, since the last file of a page determines where the next one begins.
     */
    private QueryResult.Trash visible(User user, Query.Trash asked, QueryResult.Trash first) {
        Namespace namespace = raftMember.leadingNamespace();
        QueryResult.Trash page = first;
        if (first.underWay()) {
            finishRemovals(namespace);
            page = (QueryResult.Trash) namespace.answer(asked);
        }
        List<TrashedFile> seen = TrashSums.seen(user, page);
        while (seen.isEmpty() && page.more()) {
            FileId from = page.files().getLast().record().id().plus(1);
            page = (QueryResult.Trash) namespace.answer(new Query.Trash(from, asked.limit()));
            seen = TrashSums.seen(user, page);
        }
        if (user.may(Right.LIST, RemotePath.ROOT)) {
            return new QueryResult.Trash(
                    seen, page.more(), page.allFiles(), page.allBytes(), page.keepSeconds(), page.underWay());
        }
        TrashSums.Sum sum = trashSums.of(user, namespace);
        return new QueryResult.Trash(seen, page.more(), sum.files(), sum.bytes(), page.keepSeconds(), page.underWay());
    }

    /**
     * Dissolves what acknowledged recursive removals left, so that their files are in the trash. If
     * that takes too long, the page says that a removal is in progress.
     */
    private void finishRemovals(Namespace namespace) {
        long end = System.nanoTime() + REMOVAL_LIMIT.toNanos();
        while (namespace.hasDetached() && System.nanoTime() - end < 0) {
            if (raftMember.submit(Operation.unnumbered(STEP)) instanceof Outcome.Refused(var refusal)) {
                throw new TrivetException(refusal);
            }
        }
    }

    /** Every user may see the debt; names of files only those who may list them. */
    public Debt visible(Connection connection, Debt debt) {
        return visible(user(connection), debt);
    }

    static Debt visible(User user, Debt debt) {
        List<MissingChunk> named = debt.named().stream()
                .filter(missing -> user.may(Right.LIST, missing.path()))
                .toList();
        return debt.naming(named);
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
        audit.done(connection, act(request), entered.node().toString());
    }

    /** A connection ended before a request, because the two ends do not trust each other. */
    public void turnedAway(Address peer, String reason) {
        audit.turnedAway(peer, reason);
    }
}
