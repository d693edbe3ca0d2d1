package io.trivet.client;

import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrashedFile;
import io.trivet.model.TrivetException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A file that was looked up, with the token to read its chunks. */
record OpenFile(RemotePath path, FileRecord record, RenewableToken token) {
    /**
     * A file of the trash; empty if it is no longer there. Throws {@code FORBIDDEN} if the user may
     * see the file but not read it.
     */
    static Optional<OpenFile> inTrash(LeaderCalls leader, TrashedFile file) {
        AnswerWithToken<QueryResult> answerWithToken =
                leader.askForToken(new Query.Trash(file.record().id(), 1));
        boolean there = ((QueryResult.Trash) answerWithToken.value())
                .files().stream().anyMatch(found -> found.record().equals(file.record()));
        RenewableToken token = answerWithToken.token();
        if (there && token == null) {
            throw TrivetException.of(
                    Refusal.Kind.FORBIDDEN, file.path().toString(), "this user has no right to read there");
        }
        return there && token != null ? Optional.of(new OpenFile(file.path(), file.record(), token)) : Optional.empty();
    }

    /**
     * Throws {@code NO_SUCH_FILE}, {@code IS_A_DIRECTORY}, {@code IS_A_LINK}, or {@code FORBIDDEN} if the user may see
     * the file but not read it.
     */
    static OpenFile at(LeaderCalls leader, RemotePath path) {
        AnswerWithToken<QueryResult> answerWithToken = leader.askForToken(new Query.Lookup(path));
        return of(path, ((QueryResult.Found) answerWithToken.value()).nameEntry(), answerWithToken.token());
    }

    /** What was looked up at this path; throws as {@link #at} does. */
    static OpenFile of(RemotePath path, NameEntry found, @Nullable RenewableToken token) {
        return switch (found) {
            case NameEntry.File file when token != null -> new OpenFile(path, file.record(), token);
            case NameEntry.File ignored ->
                throw TrivetException.of(
                        Refusal.Kind.FORBIDDEN, path.toString(), "this user has no right to read there");
            case NameEntry.Link ignored ->
                throw TrivetException.of(Refusal.Kind.IS_A_LINK, path.toString(), "links are not followed");
            case NameEntry.Directory ignored ->
                throw TrivetException.of(Refusal.Kind.IS_A_DIRECTORY, path.toString(), "this takes a file");
        };
    }
}
