package io.trivet.namespace;

import static io.trivet.namespace.Scene.assertRefused;
import static io.trivet.namespace.Scene.commit;
import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.IdState;
import io.trivet.model.Outcome;
import io.trivet.model.Refusal.Kind;
import io.trivet.model.SessionId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rules 3 and 5: the state of a file id, and when it was removed. */
final class FileIndexTest {
    private final Scene scene = Scene.of(3);
    private final SessionId session = scene.session();

    /** Rule 3. */
    @Test
    void anIdIsUnknownThenOpenThenRecordedThenRemoved() {
        FileId file = new FileId(1, 1);
        assertThat(scene.namespace.stateOf(file)).isEqualTo(new IdState.Unknown());
        scene.reserve(session, 1);
        scene.assertAlive(file);
        scene.apply(session, commit(file, "/a/b"));
        scene.assertAlive(file);
        scene.remove(session, "/a/b", false);
        scene.assertRemoved(file, scene.now());
    }

    /** Rules 3 and 4: an id of another epoch is unknown, so it is never deleted. */
    @Test
    void anIdOfAnotherEpochIsUnknown() {
        scene.save(session, "/a");
        assertThat(scene.namespace.stateOf(new FileId(2, 1))).isEqualTo(new IdState.Unknown());
        assertThat(new Namespace(new MemoryStore()).stateOf(new FileId(1, 1))).isEqualTo(new IdState.Unknown());
    }

    /** Rule 5: everything in it counts as removed from that moment, whenever it is dissolved. */
    @Test
    void aDetachedDirectoryRemovesAllThatIsInItAtOnce() {
        FileId outside = scene.save(session, "/keep/f");
        FileId shallow = scene.save(session, "/d/f");
        FileId deep = scene.save(session, "/d/e/g/f");
        assertThat(scene.remove(session, "/d", true)).isEqualTo(new Outcome.Done());
        Instant since = scene.now();
        assertThat(scene.namespace.hasDetached()).isTrue();
        scene.assertMissing("/d");
        int steps = 0;
        do {
            scene.assertRemoved(shallow, since);
            scene.assertRemoved(deep, since);
            scene.assertAlive(outside);
            scene.apply(new Command.Dissolve(1));
            steps++;
        } while (scene.namespace.hasDetached());
        scene.assertRemoved(shallow, since);
        scene.assertRemoved(deep, since);
        // Two files, three directories, two names of directories.
        assertThat(steps).isEqualTo(7);
        assertThat(scene.store.content().keySet()).noneMatch(key -> key.startsWith("X"));
    }

    @Test
    void dissolvingIsBounded() {
        for (int i = 0; i < 20; i++) {
            scene.save(session, "/d/" + i);
        }
        scene.remove(session, "/d", true);
        long before = stamped();
        scene.apply(new Command.Dissolve(8));
        assertThat(stamped() - before).isEqualTo(8);
        assertRefused(scene.apply(new Command.Dissolve(0)), Kind.BAD_REQUEST);
        assertRefused(scene.apply(new Command.Dissolve(Commands.MAX_DISSOLVE + 1)), Kind.BAD_REQUEST);
        scene.apply(new Command.Dissolve(100));
        assertThat(scene.namespace.hasDetached()).isFalse();
        assertThat(scene.apply(new Command.Dissolve(100))).isEqualTo(new Outcome.Done());
    }

    private long stamped() {
        return scene.store.content().keySet().stream()
                .filter(key -> key.startsWith("Z"))
                .count();
    }

    @Test
    void theCensusSeesEveryFileWithANameInTheOrderOfIds() {
        List<FileId> expected = new ArrayList<>();
        for (int i = 9; i >= 0; i--) {
            expected.add(scene.save(session, "/d" + i % 3 + "/" + i));
        }
        FileId removed = scene.save(session, "/x");
        scene.remove(session, "/x", false);
        scene.remove(session, "/d1", true);
        expected.removeIf(id -> !(scene.namespace.stateOf(id) instanceof IdState.Alive));
        assertThat(expected).hasSize(7).doesNotContain(removed);
        List<FileId> seen = new ArrayList<>();
        FileId next = new FileId(1, 1);
        while (next != null) {
            ContentPage page = scene.namespace.wanted(next, 2);
            page.contents().stream().map(StoredContent::id).forEach(seen::add);
            next = page.next();
        }
        assertThat(seen).isEqualTo(expected);
    }

    @Test
    void liveSessionsAreKnown() {
        SessionId other = scene.session();
        assertThat(scene.namespace.sessions()).containsExactly(session, other);
        scene.apply(new Command.EndSession(session));
        assertThat(scene.namespace.sessions()).containsExactly(other);
        assertThat(scene.session()).isNotEqualTo(session);
    }
}
