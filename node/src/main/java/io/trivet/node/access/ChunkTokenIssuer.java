package io.trivet.node.access;

import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.SessionId;
import io.trivet.model.TrashedFile;
import io.trivet.model.TrivetException;
import io.trivet.model.Upload;
import io.trivet.model.User;
import io.trivet.namespace.Namespace;
import io.trivet.node.cluster.ClusterClock;
import io.trivet.node.keys.TokenKeys;
import io.trivet.wire.credentials.ChunkToken;
import io.trivet.wire.protocol.Reply;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Signs chunk tokens: with the answer to a look-up or a reservation, and again before they expire.
 * Any thread.
 */
final class ChunkTokenIssuer {
    private final TokenKeys keys;
    private final Supplier<Namespace> leading;
    private final ClusterClock clock;
    private final SnapshotHolds holds;

    /**
     * @param leading the namespace of this node, which leads
     * @param holds is told of every reader that renews a token
     */
    ChunkTokenIssuer(TokenKeys keys, Supplier<Namespace> leading, ClusterClock clock, SnapshotHolds holds) {
        this.keys = keys;
        this.clock = clock;
        this.holds = holds;
        this.leading = leading;
    }

    /**
     * A reader gets a token with the record; a user who may only see the file gets the record
     * alone, without checksums, which would confirm a guess of the content.
     */
    Reply lookedUp(User user, RemotePath path, QueryResult queryResult) {
        if (!user.may(Right.READ, path)) {
            return new Reply.AnswerOf(
                    queryResult instanceof QueryResult.Found(var entry)
                            ? new QueryResult.Found(entry.withoutSums())
                            : queryResult);
        }
        Reply reply = new Reply.AnswerOf(queryResult);
        return queryResult instanceof QueryResult.Found(NameEntry.File file)
                ? signed(reply, reading(user, path, file.record()))
                : reply;
    }

    /**
     * A page of the trash with one file comes with a token for readers, so that they can check its
     * chunks before they restore it.
     */
    Reply trashed(User user, QueryResult.Trash page) {
        Reply reply = new Reply.AnswerOf(page);
        if (page.files().size() != 1) {
            return reply;
        }
        TrashedFile file = page.files().getFirst();
        return user.mayTrashed(Right.READ, file) ? signed(reply, reading(user, file.path(), file.record())) : reply;
    }

    private static ChunkToken reading(User user, RemotePath path, FileRecord record) {
        List<ChunkToken.Content> contents = record.allExtents().stream()
                .map(extent -> new ChunkToken.Content(extent.content(), extent.first()))
                .distinct()
                .toList();
        ChunkToken.Content start = contents.isEmpty()
                ? new ChunkToken.Content(record.content(), record.first()) // of no chunk
                : contents.getFirst();
        return new ChunkToken(
                Right.READ,
                start.file(),
                1,
                start.first(),
                0,
                record.chunkSize(),
                0,
                user.name(),
                List.of(path),
                0,
                contents.stream().skip(1).toList());
    }

    /** A page of an upload's pieces comes with a token for its chunks. */
    Reply uploading(User user, Right right, QueryResult.Pieces page) {
        Upload upload = page.upload();
        if (!user.may(right, upload.path())) {
            throw TrivetException.of(
                    Refusal.Kind.FORBIDDEN,
                    upload.path().toString(),
                    "user " + user.name() + " has no right to " + right.text() + " there");
        }
        return signed(
                new Reply.AnswerOf(page),
                new ChunkToken(
                        right,
                        upload.file(),
                        1,
                        upload.first(),
                        0,
                        upload.chunkSize(),
                        0,
                        user.name(),
                        List.of(upload.path()),
                        0));
    }

    Reply submitted(User user, Operation operation, Outcome outcome) {
        Reply reply = new Reply.OutcomeOf(outcome);
        SessionId session = operation.session();
        if (!(outcome instanceof Outcome.Reserved reserved) || session == null) {
            return reply;
        }
        return signed(
                reply,
                new ChunkToken(
                        Right.WRITE,
                        reserved.start(),
                        reserved.count(),
                        reserved.first(),
                        reserved.step(),
                        reserved.chunkSize(),
                        session.number(),
                        user.name(),
                        pathsToWrite(user),
                        0));
    }

    /** A user without a right to write anywhere gets no ids either. */
    static List<RemotePath> pathsToWrite(User user) {
        List<RemotePath> paths = user.pathsWith(Right.WRITE);
        if (paths.isEmpty()) {
            throw TrivetException.of(
                    Refusal.Kind.FORBIDDEN, "", "user " + user.name() + " has no right to write anywhere");
        }
        return paths;
    }

    /**
     * Issues a token like this one, which may have expired, if its user still has the right and,
     * for writing, the session.
     *
     * @param lives whether a session is open and the user's
     */
    Reply renewed(User user, byte[] signed, Predicate<SessionId> lives) {
        ChunkToken token = ChunkToken.verified(signed, keys::key);
        if (!token.user().equals(user.name())) {
            throw bad("it is another user's");
        }
        return signed(
                new Reply.Done(), token.right() == Right.READ ? readOn(user, token) : writeOn(user, token, lives));
    }

    /**
     * The user must have the right to read at the file's paths in the token and at its current
     * path, also in the trash. A file without a path can be read to its end. A content that several
     * files share has no path of its own.
     */
    private ChunkToken readOn(User user, ChunkToken token) {
        Namespace namespace = leading.get();
        Optional<RemotePath> current =
                namespace.isShared(token.start()) ? Optional.empty() : namespace.pathOf(token.start());
        boolean lost =
                Stream.concat(token.paths().stream(), current.stream()).anyMatch(path -> !user.may(Right.READ, path));
        if (lost) {
            // Not the path where the file is by now, which the user may not know.
            throw TrivetException.of(
                    Refusal.Kind.FORBIDDEN,
                    token.paths().getFirst().toString(),
                    "user " + user.name() + " has no right to read there any more");
        }
        holds.renewed(token.start());
        token.others().forEach(content -> holds.renewed(content.file()));
        return token;
    }

    private ChunkToken writeOn(User user, ChunkToken token, Predicate<SessionId> lives) {
        if (token.session() == 0) {
            return uploadOn(user, token);
        }
        if (!lives.test(new SessionId(token.session()))) {
            throw TrivetException.of(
                    Refusal.Kind.SESSION_ENDED, "session-" + token.session(), "what was reserved in it is given up");
        }
        return token.until(0, pathsToWrite(user));
    }

    /** A token of an upload belongs to no session. */
    private ChunkToken uploadOn(User user, ChunkToken token) {
        Upload upload = leading.get().requireUpload(token.start());
        if (!user.may(Right.WRITE, upload.path())) {
            throw TrivetException.of(
                    Refusal.Kind.FORBIDDEN,
                    upload.path().toString(),
                    "user " + user.name() + " has no right to write there any more");
        }
        return token;
    }

    private Reply signed(Reply reply, ChunkToken token) {
        if (!clock.isAgreed()) {
            throw TrivetException.of(
                    Refusal.Kind.NO_QUORUM,
                    "",
                    "the leader is a new one, and does not know the nodes' clocks yet: try again");
        }
        keys.lead(leading.get());
        long id = keys.signing();
        ChunkToken inTime = token.until(clock.millis() + TokenKeys.VALID.toMillis(), token.paths());
        return new Reply.WithToken(reply, inTime.signed(id, keys.signingKey(id)), TokenKeys.VALID.toMillis());
    }

    private static TrivetException bad(String detail) {
        return TrivetException.of(Refusal.Kind.BAD_TOKEN, "", detail);
    }
}
