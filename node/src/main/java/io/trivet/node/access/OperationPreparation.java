package io.trivet.node.access;

import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.Grant;
import io.trivet.model.Group;
import io.trivet.model.Operation;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.SessionId;
import io.trivet.model.TrivetException;
import io.trivet.model.User;
import io.trivet.model.UserLimits;
import io.trivet.namespace.Namespace;
import io.trivet.node.cluster.ClusterClock;
import io.trivet.node.keys.Keyring;
import io.trivet.node.raft.RaftMember;
import io.trivet.wire.Connection;
import io.trivet.wire.credentials.AeadCipher;
import io.trivet.wire.credentials.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Turns a client's operation into the one that goes into the log, and checks what only the leader
 * can check, such as quotas and limits. Any thread.
 */
final class OperationPreparation {
    static final int MAX_GRANTS_BY_OTHERS = User.MAX_GRANTS / 2;

    /** The most bytes of all paths of a user's own grants, or of a group's. */
    static final int MAX_GRANT_BYTES = 2 * User.MAX_WRITE_BYTES;

    /** The most unacknowledged outcomes of one session. */
    static final int MAX_UNANSWERED = 1024;

    /** The most reservations of one user, beyond a few in each session. */
    static final int MAX_RESERVATIONS = 4096;

    /** The most uploads in progress of one user. */
    static final int MAX_UPLOADS = 1000;

    private static final int FEW_RESERVATIONS = 64;
    private static final Duration LONGEST_TOKEN = Duration.ofDays(36_525);

    private final RaftMember raftMember;
    private final Authorizer authorizer;
    private final Authenticator authenticator;
    private final Keyring keyring;
    private final CommitCheck commits;
    private final ClusterClock clock;
    private final RenameCheck renameCheck = new RenameCheck();

    OperationPreparation(
            RaftMember raftMember,
            Authorizer authorizer,
            Authenticator authenticator,
            Keyring keyring,
            CommitCheck commits,
            ClusterClock clock) {
        this.raftMember = raftMember;
        this.authorizer = authorizer;
        this.authenticator = authenticator;
        this.keyring = keyring;
        this.commits = commits;
        this.clock = clock;
    }

    /**
     * The operation for the log: a new session gets its user, and secrets are wrapped with the
     * cluster's keys instead of encrypted with the sender's secret.
     */
    Operation prepared(Connection connection, Operation operation) {
        if (operation.session() != null && operation.sequence() - operation.answeredBelow() >= MAX_UNANSWERED) {
            throw TrivetException.of(
                    Refusal.Kind.BUSY,
                    operation.session().toString(),
                    "its client takes no answers: at most " + MAX_UNANSWERED + " are kept");
        }
        Command command = switch (operation.command()) {
            case Command.OpenSession _ ->
                new Command.OpenSession(opening(user(connection)).name());
            case Command.AddUser add -> {
                requireFits(add.name(), add.grants());
                yield new Command.AddUser(add.name(), rewrapped(connection, add.secret(), add.name()), add.grants());
            }
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
            case Command.Commit commit ->
                commits.accepted(user(connection), commit, operation.session(), raftMember.leadingNamespace());
            case Command.ChangeFile change ->
                commits.accepted(change, operation.session(), raftMember.leadingNamespace());
            case Command.BeginUpload begin -> {
                requireRoomForUpload(user(connection));
                yield new Command.BeginUpload(
                        begin.path(), user(connection).name(), begin.pieceBytes(), begin.chunkSize());
            }
            case Command.PutPiece put -> {
                requireSpace(user(connection), put);
                yield commits.accepted(put, raftMember.leadingNamespace());
            }
            case Command.CompleteUpload complete -> {
                authorizer.requireCompletable(connection.identity(), complete.file());
                yield CommitCheck.accepted(user(connection), complete);
            }
            case Command.Copy copy -> CommitCheck.accepted(user(connection), copy);
            case Command.Create create -> CommitCheck.accepted(user(connection), create);
            case Command.MakeDirectory make -> CommitCheck.accepted(user(connection), make);
            case Command.SetMetadata set -> CommitCheck.accepted(set);
            case Command.Rename rename -> {
                requireNoQuota(user(connection), rename.from());
                if (rename.overEmpty()) {
                    requireNoQuota(user(connection), rename.to());
                }
                yield renameCheck.looked(rename, raftMember.leadingNamespace()::requirePaths);
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
        return operation.with(command);
    }

    /**
     * The log limits the total of sessions; the limit per user is checked only here, so concurrent
     * requests may exceed it slightly.
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

    /** All sessions of the user are counted only if this one has many reservations. */
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

    private void requireRoomForUpload(User user) {
        if (raftMember.leadingNamespace().uploadsOf(user.name()).uploads() >= MAX_UPLOADS) {
            throw TrivetException.of(
                    Refusal.Kind.BUSY,
                    user.name(),
                    "this user has " + MAX_UPLOADS + " uploads in progress: complete or abort some first");
        }
    }

    /**
     * Pieces count for the user's own limit before they are a file, or it could be exceeded for as
     * long as an upload may take. Concurrent requests may exceed it slightly.
     */
    private void requireSpace(User user, Command.PutPiece put) {
        long most = user.limits().bytes();
        if (most == UserLimits.NO_LIMIT) {
            return;
        }
        Namespace namespace = raftMember.leadingNamespace();
        if (put.length() <= namespace.pieceLength(put.file(), put.piece())) {
            return; // it is sent again
        }
        long used = namespace.bytesOf(user.name());
        long uploaded = namespace.uploadsOf(user.name()).bytes();
        if (used + uploaded + put.length() > most) {
            throw TrivetException.of(
                    Refusal.Kind.QUOTA,
                    user.name(),
                    "this user may have " + most + " bytes, has " + used + " and " + uploaded
                            + " in uploads, and this takes " + put.length() + " more");
        }
    }

    /**
     * A quota must bind users who may write below it: a user who could move or remove the directory
     * would escape it.
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
     * An administrator of a part of the tree may use only half of a user's grants, and half of the
     * bytes of the paths where a user may write.
     */
    private Command.SetRights granted(User by, Command.SetRights set) {
        if (set.grant().rights().isEmpty()) {
            return set;
        }
        List<Grant> others = grantsOf(set.name()).stream()
                .filter(grant -> !grant.path().equals(set.grant().path()))
                .toList();
        List<Grant> all = Stream.concat(others.stream(), Stream.of(set.grant())).toList();
        requireFits(set.name(), all);
        if (!by.isAdministrator()
                && (others.size() >= MAX_GRANTS_BY_OTHERS
                        || (set.grant().rights().contains(Right.WRITE)
                                && bytes(all.stream()
                                                .filter(each -> each.rights().contains(Right.WRITE)))
                                        > User.MAX_WRITE_BYTES / 2))) {
            throw TrivetException.of(
                    Refusal.Kind.DENIED,
                    set.name(),
                    "this user has rights at " + others.size() + " paths: only an administrator of / gives more");
        }
        return set;
    }

    /** The rows of users are read many at once. Grants of before the limit stay. */
    private static void requireFits(String name, List<Grant> grants) {
        if (bytes(grants.stream()) > MAX_GRANT_BYTES) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST,
                    name,
                    "the paths of a user's or a group's rights have " + MAX_GRANT_BYTES
                            + " bytes at the most: grant the right at a directory above");
        }
    }

    private static long bytes(Stream<Grant> grants) {
        return grants.mapToLong(grant -> grant.path().length()).sum();
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
     * Counted from the later of the cluster's time and the log's, so that the log does not find the
     * token expired.
     */
    private Instant expiry(Duration validFor) {
        Instant logged = raftMember.leadingNamespace().time();
        Instant now = clock.now();
        Duration atMost = validFor.compareTo(LONGEST_TOKEN) < 0 ? validFor : LONGEST_TOKEN;
        return (logged.isAfter(now) ? logged : now).plus(atMost);
    }

    /**
     * Only files that are in the trash now and whose paths the user may write; files that come into
     * the trash later are kept.
     */
    private List<FileId> mayDiscard(Connection connection, Command.Discard discard) {
        User user = user(connection);
        Namespace namespace = raftMember.leadingNamespace();
        return discard.ids().stream()
                .filter(file -> namespace
                        .trashed(file)
                        .filter(trashedFile -> user.mayTrashed(Right.WRITE, trashedFile))
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
}
