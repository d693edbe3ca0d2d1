package io.trivet.client;

import io.trivet.model.Answer;
import io.trivet.model.Entry;
import io.trivet.model.FileRecord;
import io.trivet.model.Question;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;

/** A file as it was looked up, and what lets its chunks be read. */
record OpenFile(FileRecord record, HeldToken token) {
    /** Throws {@code NO_SUCH_FILE}, {@code IS_A_DIRECTORY}, or {@code FORBIDDEN} to a user who may see the file but not read it. */
    static OpenFile at(LeaderCalls leader, RemotePath path) {
        Granted<Answer> granted = leader.askForToken(new Question.Lookup(path));
        HeldToken token = granted.token();
        return switch (((Answer.Found) granted.value()).entry()) {
            case Entry.File file when token != null -> new OpenFile(file.record(), token);
            case Entry.File _ ->
                throw TrivetException.of(
                        Refusal.Kind.FORBIDDEN, path.toString(), "this user has no right to read there");
            case Entry.Directory _ ->
                throw TrivetException.of(
                        Refusal.Kind.IS_A_DIRECTORY, path.toString(), "a file is wanted; -r takes directories");
        };
    }
}
