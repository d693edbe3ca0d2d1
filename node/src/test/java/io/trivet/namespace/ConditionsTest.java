package io.trivet.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.message.CommandCodec;
import io.trivet.message.StateMessages;
import io.trivet.model.Command;
import io.trivet.model.Condition;
import io.trivet.model.FileId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Refusal.Kind;
import io.trivet.model.SessionId;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * An operation with a condition is applied if the condition holds, and otherwise changes nothing.
 */
class ConditionsTest {
    private final Scene scene = Scene.of(3);
    private final SessionId session = scene.session();

    private Outcome apply(Command command, Condition... conditions) {
        return scene.apply(List.of(conditional(session, command, conditions))).getFirst();
    }

    private Operation conditional(SessionId whose, Command command, Condition... conditions) {
        Operation plain = scene.number(whose, command);
        return new Operation(plain.session(), plain.sequence(), plain.answeredBelow(), command, List.of(conditions));
    }

    private static Condition absent(String path) {
        return Condition.absent(Scene.path(path));
    }

    private static Condition unchanged(String path, FileId content) {
        return Condition.unchanged(Scene.path(path), content);
    }

    private Command.Commit commit(String path) {
        return Scene.commit(scene.reserve(session, 1).start(), path);
    }

    @Test
    void aFileIsSavedOnlyWhereNothingHasTheName() {
        assertThat(apply(commit("/a/f"), absent("/a/f"))).isInstanceOf(Outcome.Committed.class);
        FileId first = scene.fileAt("/a/f");
        Command.Commit second = commit("/a/f");
        Scene.assertRefused(apply(second, absent("/a/f")), Kind.CONDITION_FAILED);
        assertThat(scene.fileAt("/a/f")).isEqualTo(first);
        // The save is still open: the client may commit it elsewhere.
        assertThat(apply(Scene.commit(second.file(), "/a/g"))).isInstanceOf(Outcome.Committed.class);
        scene.make("/a/d");
        Scene.assertRefused(apply(commit("/a/d"), absent("/a/d")), Kind.CONDITION_FAILED);
    }

    @Test
    void aFileIsReplacedOnlyWhereItHasTheContentThatWasSeen() {
        FileId seen = scene.save(session, "/f");
        assertThat(apply(commit("/f"), unchanged("/f", seen))).isInstanceOf(Outcome.Committed.class);
        Scene.assertRefused(apply(commit("/f"), unchanged("/f", seen)), Kind.CONDITION_FAILED);
        Scene.assertRefused(apply(commit("/none"), unchanged("/none", seen)), Kind.CONDITION_FAILED);
        scene.make("/d");
        Scene.assertRefused(apply(commit("/d"), unchanged("/d", seen)), Kind.CONDITION_FAILED);
        scene.assertMissing("/none");
    }

    @Test
    void aRenameNeverReplacesWhatItDoesNotKnow() {
        FileId source = scene.save(session, "/s");
        FileId target = scene.save(session, "/t");
        Command.Rename rename = new Command.Rename(Scene.path("/s"), Scene.path("/t"));
        Scene.assertRefused(apply(rename, absent("/t")), Kind.CONDITION_FAILED);
        Scene.assertRefused(apply(rename, unchanged("/s", target)), Kind.CONDITION_FAILED);
        assertThat(apply(rename, unchanged("/s", source), unchanged("/t", target)))
                .isEqualTo(new Outcome.Done());
        assertThat(scene.fileAt("/t")).isEqualTo(source);
    }

    @Test
    void aRemovalTakesOnlyWhatWasSeen() {
        FileId seen = scene.save(session, "/f");
        FileId newer = scene.save(session, "/f");
        Command.Remove remove = new Command.Remove(Scene.path("/f"), false);
        Scene.assertRefused(apply(remove, unchanged("/f", seen)), Kind.CONDITION_FAILED);
        assertThat(apply(remove, unchanged("/f", newer))).isEqualTo(new Outcome.Done());
    }

    /** A file that took the name of an empty directory meanwhile stays. */
    @Test
    void aRemovalOfADirectoryTakesNoFile() {
        Command.Remove remove = new Command.Remove(Scene.path("/d"), false);
        Condition directory = Condition.directory(Scene.path("/d"));
        scene.save(session, "/d");
        Scene.assertRefused(apply(remove, directory), Kind.CONDITION_FAILED);
        scene.remove(session, "/d", false);
        Scene.assertRefused(apply(remove, directory), Kind.CONDITION_FAILED);
        scene.make("/d");
        assertThat(apply(remove, directory)).isEqualTo(new Outcome.Done());
        Operation travelled = conditional(session, remove, directory);
        assertThat(CommandCodec.from(CommandCodec.to(travelled))).isEqualTo(travelled);
    }

    @Test
    void aDirectoryIsMadeByOneOfTwo() {
        Command.MakeDirectory make = new Command.MakeDirectory(Scene.path("/lock"));
        assertThat(apply(make, absent("/lock"))).isEqualTo(new Outcome.Done());
        Scene.assertRefused(apply(make, absent("/lock")), Kind.CONDITION_FAILED);
    }

    /** Also within one log entry. */
    @Test
    void ofTwoWhoSaveAtOnceOneIsRefused() {
        SessionId other = scene.session();
        Command.Commit mine = commit("/f");
        Command.Commit theirs = Scene.commit(scene.reserve(other, 1).start(), "/f");
        List<Outcome> outcomes = scene.apply(
                List.of(conditional(session, mine, absent("/f")), conditional(other, theirs, absent("/f"))));
        assertThat(outcomes.getFirst()).isInstanceOf(Outcome.Committed.class);
        Scene.assertRefused(outcomes.getLast(), Kind.CONDITION_FAILED);
        assertThat(scene.fileAt("/f")).isEqualTo(mine.file());
    }

    /** A retry gets the first outcome, although its own effect made the condition fail. */
    @Test
    void aRetryHearsWhatHappenedTheFirstTime() {
        Operation save = conditional(session, commit("/f"), absent("/f"));
        Outcome done = scene.apply(List.of(save)).getFirst();
        assertThat(done).isInstanceOf(Outcome.Committed.class);
        assertThat(scene.apply(List.of(save)).getFirst()).isEqualTo(done);
    }

    /**
     * Otherwise a user with the right to write in one place could find out which names exist
     * elsewhere.
     */
    @Test
    void aConditionIsAboutWhatChanges() {
        scene.save(session, "/secret");
        Scene.assertRefused(apply(commit("/f"), absent("/secret")), Kind.BAD_REQUEST);
        Scene.assertRefused(apply(commit("/f"), absent("/nothing")), Kind.BAD_REQUEST);
    }

    @Test
    void conditionsTravel() {
        Operation operation = conditional(
                session,
                new Command.Rename(Scene.path("/a"), Scene.path("/b")),
                unchanged("/a", new FileId(1, 7)),
                absent("/b"));
        StateMessages.Operation message = CommandCodec.to(operation);
        assertThat(CommandCodec.from(message)).isEqualTo(operation);
    }
}
