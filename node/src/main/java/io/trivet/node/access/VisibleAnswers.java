package io.trivet.node.access;

import io.trivet.model.CallerIdentity;
import io.trivet.model.Debt;
import io.trivet.model.MissingChunk;
import io.trivet.model.NameEntry;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.QuotaUse;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.TrashedFile;
import io.trivet.model.TrivetException;
import io.trivet.model.Upload;
import io.trivet.model.User;
import io.trivet.namespace.Namespace;
import io.trivet.node.raft.RaftMember;
import io.trivet.wire.Connection;
import io.trivet.wire.protocol.Reply;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reduces an answer to what the user may see: names, files in the trash and quotas at paths where
 * the user has rights. Any thread.
 */
final class VisibleAnswers {
    private final RaftMember raftMember;
    private final Authorizer authorizer;
    private final ChunkTokenIssuer tokens;
    private final FollowUp followUp;
    private final TrashSums trashSums = new TrashSums();

    VisibleAnswers(RaftMember raftMember, Authorizer authorizer, ChunkTokenIssuer tokens, FollowUp followUp) {
        this.raftMember = raftMember;
        this.authorizer = authorizer;
        this.tokens = tokens;
        this.followUp = followUp;
    }

    Reply of(Connection connection, Query query, QueryResult queryResult) {
        if (query instanceof Query.Lookup(RemotePath path)
                && !(connection.identity() instanceof CallerIdentity.OfNode)) {
            requireWay(user(connection), path, queryResult);
            return tokens.lookedUp(user(connection), path, queryResult);
        }
        if (query instanceof Query.Trash asked && queryResult instanceof QueryResult.Trash page) {
            User user = user(connection);
            return tokens.trashed(user, visible(user, asked, page));
        }
        if (query instanceof Query.Pieces asked && queryResult instanceof QueryResult.Pieces page) {
            return tokens.uploading(user(connection), asked.right(), page);
        }
        if (query instanceof Query.Listing asked && queryResult instanceof QueryResult.Page page) {
            return new Reply.AnswerOf(listed(user(connection), asked.directory(), page));
        }
        if (queryResult instanceof QueryResult.Uploads page) {
            User user = user(connection);
            List<Upload> seen = page.uploads().stream()
                    .filter(upload -> maySee(user, upload))
                    .toList();
            return new Reply.AnswerOf(new QueryResult.Uploads(seen, page.next()));
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

    /** Where a user may only write, it sees no names but those that it chose itself. */
    private static boolean maySee(User user, Upload upload) {
        RemotePath path = upload.path();
        return user.may(Right.WRITE, path)
                && (upload.user().equals(user.name()) || user.may(Right.LIST, path) || user.may(Right.READ, path));
    }

    /** Checksums, which would confirm a guess of a content, only of files that the user may read. */
    private static QueryResult.Page listed(User user, RemotePath directory, QueryResult.Page page) {
        if (user.may(Right.READ, directory)) {
            return page;
        }
        int depth = directory.segments().size();
        Set<String> readable = user.pathsWith(Right.READ).stream()
                .filter(path -> path.segments().size() == depth + 1 && path.startsWith(directory))
                .map(RemotePath::name)
                .collect(Collectors.toSet());
        List<NameEntry> entries = page.entries().stream()
                .map(entry -> readable.contains(entry.name()) ? entry : entry.withoutSums())
                .toList();
        Map<String, String> values = new HashMap<>(page.values());
        values.keySet().retainAll(readable); // attributes are for readers
        return new QueryResult.Page(entries, page.more(), values);
    }

    /** A user may see the directories above the paths of its grants, but no files there. */
    private static void requireWay(User user, RemotePath path, QueryResult queryResult) {
        boolean may = user.grants().stream().anyMatch(grant -> path.startsWith(grant.path()));
        if (!may && queryResult instanceof QueryResult.Found(NameEntry.Recorded _)) {
            throw TrivetException.of(
                    Refusal.Kind.FORBIDDEN, path.toString(), "user " + user.name() + " has no right there");
        }
    }

    /**
     * The files whose paths the user may list, with sums over only those. The page is empty only at
     * the end of the trash, because its last file tells where the next page begins.
     */
    private QueryResult.Trash visible(User user, Query.Trash asked, QueryResult.Trash first) {
        Namespace namespace = raftMember.leadingNamespace();
        QueryResult.Trash page = first;
        if (first.underWay()) {
            followUp.finishRemovals(namespace);
            page = (QueryResult.Trash) namespace.answer(asked);
        }
        page = trashSums.pageSeen(user, asked, page, namespace);
        List<TrashedFile> seen = TrashSums.seen(user, page);
        if (user.may(Right.LIST, RemotePath.ROOT)) {
            return new QueryResult.Trash(
                    seen, page.more(), page.allFiles(), page.allBytes(), page.keepSeconds(), page.underWay());
        }
        TrashSums.Sum sum = trashSums.of(user, namespace);
        return new QueryResult.Trash(seen, page.more(), sum.files(), sum.bytes(), page.keepSeconds(), page.underWay());
    }

    /** Every user may see the debt; names of files only users who may list them. */
    static Debt visible(User user, Debt debt) {
        List<MissingChunk> named = debt.named().stream()
                .filter(missing -> user.may(Right.LIST, missing.path()))
                .toList();
        return debt.naming(named);
    }

    private User user(Connection connection) {
        return authorizer.user(connection.identity());
    }
}
