package io.trivet.node;

import io.trivet.model.Address;
import io.trivet.model.Answer;
import io.trivet.model.Command;
import io.trivet.model.Debt;
import io.trivet.model.FileId;
import io.trivet.model.Identity;
import io.trivet.model.MissingChunk;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Question;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.Trashed;
import io.trivet.model.TrivetException;
import io.trivet.model.User;
import io.trivet.namespace.Namespace;
import io.trivet.wire.Addressed;
import io.trivet.wire.Connection;
import io.trivet.wire.Reply;
import io.trivet.wire.Request;
import io.trivet.wire.Seal;
import io.trivet.wire.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Everything about who asks: lets in or turns away, logs in, hands out keys and tokens, and writes down what happened. Any thread. */
final class Guard {
    private final Seat seat;
    private final Keyring keyring;
    private final TokenKeys tokenKeys;
    private final Gate gate;
    private final Logins logins;
    private final LeaderTokens tokens;
    private final AuditLog audit;

    Guard(
            Seat seat,
            KnownCluster cluster,
            Keyring keyring,
            TokenKeys tokenKeys,
            NodeIdentity identity,
            AuditLog audit) {
        this.seat = seat;
        this.keyring = keyring;
        this.tokenKeys = tokenKeys;
        this.gate = new Gate(identity.node(), seat, cluster, keyring, tokenKeys);
        this.logins = new Logins(identity.cluster(), seat, keyring);
        this.tokens = new LeaderTokens(tokenKeys, this::namespace);
        this.audit = audit;
    }

    void admit(Connection connection, Addressed addressed) {
        gate.admit(connection.identity(), connection.channelBinding(), addressed);
    }

    /** Refusals that say something about whoever asked are written down; that a file is missing is not. */
    void refused(Connection connection, Request request, Refusal refusal) {
        switch (refusal.kind()) {
            case FORBIDDEN, NOT_LOGGED_IN, BAD_TOKEN, DENIED -> audit.refused(connection, act(request), refusal);
            default -> {}
        }
    }

    private static String act(Request request) {
        return switch (request) {
            case Request.Submit(Operation operation) -> name(operation.command());
            case Request.Ask(Question question) -> name(question);
            case Request.LogIn login -> "log in " + login.who();
            default -> name(request);
        };
    }

    /** {@code SetRights} as {@code set rights}. */
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

    private static String name(Question question) {
        return name((Record) question);
    }

    Reply.Challenged challenge(Connection connection) {
        return new Reply.Challenged(connection.newChallenge());
    }

    Reply.LoggedIn logIn(Connection connection, Request.LogIn login) {
        Reply.LoggedIn in = logins.logIn(connection, login);
        if (connection.identity() instanceof Identity.OfUser user) {
            audit.done(connection, "log in", user.name());
        }
        return in;
    }

    /** What goes into the log for what a client asked for: whose a session is, and secrets under the cluster's key instead of the sender's own. */
    Operation prepared(Connection connection, Operation operation) {
        Command command = switch (operation.command()) {
            case Command.OpenSession _ ->
                new Command.OpenSession(user(connection).name());
            case Command.AddUser add ->
                new Command.AddUser(add.name(), rewrapped(connection, add.secret(), add.name()), add.grants());
            case Command.RotateSecret rotate ->
                new Command.RotateSecret(rotate.name(), rewrapped(connection, rotate.secret(), rotate.name()));
            case Command.Reserve reserve -> {
                LeaderTokens.pathsToWrite(user(connection));
                yield reserve;
            }
            case Command.Adopt adopt -> {
                LeaderTokens.pathsToWrite(user(connection));
                yield adopt;
            }
            case Command.Discard discard -> new Command.Discard(discard.before(), mayDiscard(connection, discard));
            case Command other -> other;
        };
        return new Operation(operation.session(), operation.sequence(), operation.answeredBelow(), command);
    }

    /** What comes into the trash only now is not what was looked at. */
    private List<FileId> mayDiscard(Connection connection, Command.Discard discard) {
        User user = user(connection);
        Namespace namespace = namespace();
        return discard.ids().stream()
                .filter(file -> namespace
                        .trashed(file)
                        .filter(trashed -> user.may(Right.WRITE, trashed.path()))
                        .isPresent())
                .toList();
    }

    private User user(Connection connection) {
        return gate.user(connection.identity());
    }

    private byte[] rewrapped(Connection connection, byte[] onTheWay, String name) {
        Seal way = Secret.onTheWay(logins.secretOf(user(connection).name()));
        Secret secret = new Secret(new String(way.open(onTheWay, name), StandardCharsets.US_ASCII));
        return keyring.clusterKeys().wrap(Logins.purpose(name), secret.bytes());
    }

    /** The answer to an operation, with a token where ids were reserved; what others should be able to read later is written down. */
    Reply submitted(Connection connection, Operation operation, Outcome outcome) {
        note(connection, operation.command(), outcome);
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

    /** Of administrative acts and of removals; saves are not written down. */
    private static Optional<String> subject(Command command) {
        return switch (command) {
            case Command.IssueToken token -> Optional.of(token.uses() + " uses until " + token.expires());
            case Command.Remove remove -> Optional.of(remove.path().toString());
            case Command.Discard discard -> Optional.of(discard.ids().size() + " files of the trash");
            case Command.Untrash untrash -> Optional.of(untrash.path().toString());
            case Command.SetTrash set -> Optional.of(set.seconds() + " s");
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

    Reply asked(Connection connection, Question question, Answer answer) {
        if (question instanceof Question.Lookup(RemotePath path)
                && !(connection.identity() instanceof Identity.OfNode)) {
            return tokens.lookedUp(user(connection), path, answer);
        }
        return new Reply.AnswerOf(
                question instanceof Question.Trash asked && answer instanceof Answer.Trash page
                        ? visible(user(connection), asked, page)
                        : answer);
    }

    /** What was where the user may list, and sums of no more than that; empty only at the end, since the last file of a page says where the next begins. */
    private Answer visible(User user, Question.Trash asked, Answer.Trash first) {
        Namespace namespace = namespace();
        Answer.Trash page = first;
        List<Trashed> seen = seen(user, page);
        while (seen.isEmpty() && page.more()) {
            FileId from = page.files().getLast().record().id().plus(1);
            page = (Answer.Trash) namespace.answer(new Question.Trash(from, asked.limit()));
            seen = seen(user, page);
        }
        if (user.may(Right.LIST, RemotePath.ROOT)) {
            return new Answer.Trash(seen, page.more(), page.allFiles(), page.allBytes(), page.keepSeconds());
        }
        Sum sum = sum(user, namespace);
        return new Answer.Trash(seen, page.more(), sum.files, sum.bytes, page.keepSeconds());
    }

    private record Sum(long files, long bytes) {}

    /** Of what the user may list: how much others have thrown away is theirs to know. */
    private static Sum sum(User user, Namespace namespace) {
        long files = 0;
        long bytes = 0;
        FileId from = new FileId(1, 1);
        boolean more = true;
        while (more) {
            Answer.Trash page = (Answer.Trash) namespace.answer(new Question.Trash(from, Question.MAX_PAGE));
            List<Trashed> seen = seen(user, page);
            files += seen.size();
            bytes += seen.stream().mapToLong(file -> file.record().size()).sum();
            more = page.more();
            from = more ? page.files().getLast().record().id().plus(1) : from;
        }
        return new Sum(files, bytes);
    }

    /** What repair owes is for every user to know; the names of files are for those who may see them. */
    Debt visible(Connection connection, Debt debt) {
        return visible(user(connection), debt);
    }

    static Debt visible(User user, Debt debt) {
        List<MissingChunk> named = debt.named().stream()
                .filter(missing -> user.may(Right.LIST, missing.path()))
                .toList();
        return debt.naming(named);
    }

    private static List<Trashed> seen(User user, Answer.Trash page) {
        return page.files().stream()
                .filter(file -> user.may(Right.LIST, file.path()))
                .toList();
    }

    Reply renewed(Connection connection, Addressed addressed) {
        byte[] token = addressed.token();
        if (token == null) {
            throw TrivetException.of(Refusal.Kind.BAD_TOKEN, "", "there is none to renew");
        }
        User user = user(connection);
        return tokens.renewed(
                user,
                token,
                session ->
                        namespace().userOf(session).filter(user.name()::equals).isPresent());
    }

    void backedUp(Connection connection) {
        if (!(connection.identity() instanceof Identity.OfNode)) {
            audit.done(connection, "back up", "namespace");
        }
    }

    /** For a node that knows the private half of a key that has joined, where there are no certificates. */
    Reply.Sealed nodeSecret(Request.GetNodeSecret get) {
        byte[] secret = keyring.nodeSecret();
        if (!namespace().hasJoined(PlainNodeKey.publicHalf(get.privateKey()))) {
            throw TrivetException.of(Refusal.Kind.DENIED, "node", "no node has joined with this key");
        }
        return new Reply.Sealed(new Seal(get.privateKey(), "node secret").close(secret, ""));
    }

    /** From the leader alone: another master may not have heard yet who has left. */
    Reply.TokenKeys tokenKeys() {
        if (!seat.leads()) {
            throw TrivetException.of(Refusal.Kind.NOT_LEADER, "", "ask the leader");
        }
        tokenKeys.lead(namespace());
        return tokenKeys.all();
    }

    /** From the leader, for a node that is being given a seat. Durable on return. */
    void keepKeys(Connection connection, Request.KeepKeys keep) throws IOException {
        keyring.keep(keep.file());
        audit.done(connection, "keep keys", "cluster-keys");
    }

    /** Somebody was let in, or has a new certificate. */
    void entered(Connection connection, Request request, Reply.Entered entered) {
        audit.done(connection, act(request), entered.node().toString());
    }

    /** A connection ended before a request, since the ends do not believe each other. */
    void turnedAway(Address peer, String reason) {
        audit.turnedAway(peer, reason);
    }

    private Namespace namespace() {
        return seat.namespace()
                .current()
                .orElseThrow(() -> TrivetException.of(Refusal.Kind.NOT_LEADER, "", "this node is no master"));
    }
}
