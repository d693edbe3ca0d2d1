package io.trivet.namespace;

import static io.trivet.namespace.Scene.assertRefused;
import static io.trivet.namespace.Scene.commit;
import static io.trivet.namespace.Scene.path;
import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.message.CommandCodec;
import io.trivet.message.QueryCodec;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal.Kind;
import io.trivet.model.SessionId;
import io.trivet.model.TrashedFile;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Rules 3 and 5 with a trash: files in it are alive, and the grace begins when a file leaves it.
 */
final class TrashRowsTest {
    private static final Instant FOR_EVER = Instant.ofEpochMilli(Long.MAX_VALUE);

    private final Scene scene = Scene.of(3);
    private final SessionId session = scene.session();

    @BeforeEach
    void keepForADay() {
        scene.apply(new Command.SetTrash(Duration.ofDays(1).toSeconds()));
    }

    private QueryResult.Trash trash() {
        return (QueryResult.Trash) scene.namespace.answer(new Query.Trash(new FileId(1, 1), 100));
    }

    private List<String> paths() {
        return trash().files().stream().map(file -> file.path().toString()).toList();
    }

    private Outcome restore(FileId file, String to) {
        return scene.apply(session, new Command.Untrash(file, path(to)));
    }

    private void discard(Instant before, FileId... files) {
        scene.apply(new Command.Discard(before, List.of(files)));
    }

    /** Rule 3. */
    @Test
    void whatTheTrashNamesIsAlive() {
        FileId removed = scene.save(session, "/removed");
        FileId replaced = scene.save(session, "/replaced");
        FileId covered = scene.save(session, "/covered");
        scene.save(session, "/mover");
        scene.remove(session, "/removed", false);
        scene.save(session, "/replaced");
        scene.rename(session, "/mover", "/covered");
        assertThat(paths()).containsExactly("/removed", "/replaced", "/covered");
        for (FileId file : List.of(removed, replaced, covered)) {
            scene.assertAlive(file);
        }
        scene.apply(new Command.ForgetRemoved(FOR_EVER, List.of(removed, replaced, covered)));
        scene.assertAlive(removed);
        assertThat(trash().allFiles()).isEqualTo(3);
        assertThat(trash().allBytes()).isEqualTo(21);
        assertThat(scene.store.content().keySet()).noneMatch(key -> key.startsWith("Z"));
    }

    /** Rule 5. */
    @Test
    void theGraceBeginsWhenAFileLeavesTheTrash() {
        FileId file = scene.save(session, "/file");
        scene.remove(session, "/file", false);
        scene.pass(Duration.ofDays(2));
        discard(FOR_EVER, file);
        Instant left = scene.now();
        scene.assertRemoved(file, left);
        scene.apply(new Command.ForgetRemoved(left, List.of(file)));
        scene.assertRemoved(file, left);
        scene.apply(new Command.ForgetRemoved(left.plusMillis(1), List.of(file)));
        scene.assertDead(file);
        assertThat(trash().allFiles()).isZero();
        assertThat(trash().allBytes()).isZero();
    }

    /**
     * The leader found the file due, a user restored it, then the leader's command arrives: the
     * restored file is not touched.
     */
    @Test
    void aDiscardThatComesAfterARestoreDoesNothing() {
        FileId file = scene.save(session, "/file");
        scene.remove(session, "/file", false);
        assertThat(restore(file, "/file")).isEqualTo(new Outcome.Done());
        discard(FOR_EVER, file);
        scene.assertAlive(file);
        assertThat(scene.fileAt("/file")).isEqualTo(file);
    }

    @Test
    void aRestoreThatComesAfterADiscardIsRefused() {
        FileId file = scene.save(session, "/file");
        scene.remove(session, "/file", false);
        discard(FOR_EVER, file);
        assertRefused(restore(file, "/file"), Kind.NO_SUCH_FILE);
        scene.assertMissing("/file");
    }

    /**
     * Removed again after a restore: a discard for the first removal does not shorten the second.
     */
    @Test
    void onlyWhatIsInTheTrashSinceBeforeIsDiscarded() {
        FileId file = scene.save(session, "/file");
        scene.remove(session, "/file", false);
        Instant between = scene.now().plusMillis(1);
        restore(file, "/file");
        scene.remove(session, "/file", false);
        discard(between, file);
        scene.assertAlive(file);
        assertThat(paths()).containsExactly("/file");
        assertThat(scene.namespace.trashedBefore(between, new FileId(1, 1), 10).ids())
                .isEmpty();
    }

    @Test
    void aRestoreOverANameIsRefused() {
        FileId old = scene.save(session, "/file");
        FileId now = scene.save(session, "/file");
        assertRefused(restore(old, "/file"), Kind.ALREADY_EXISTS);
        assertThat(scene.fileAt("/file")).isEqualTo(now);
        assertThat(restore(old, "/new/place")).isEqualTo(new Outcome.Done());
        assertThat(scene.fileAt("/new/place")).isEqualTo(old);
        assertThat(paths()).isEmpty();
        assertRefused(restore(old, "/again"), Kind.NO_SUCH_FILE);
    }

    /**
     * Rule 3: also between the moment when the tree is detached and the moment when it is
     * dissolved.
     */
    @Test
    void aTreeGoesIntoTheTrashWithItsPaths() {
        FileId deep = scene.save(session, "/tree/a/b/deep");
        FileId flat = scene.save(session, "/tree/flat");
        scene.remove(session, "/tree", true);
        Instant since = scene.now();
        scene.assertAlive(deep);
        scene.assertAlive(flat);
        while (scene.namespace.hasDetached()) {
            scene.apply(new Command.Dissolve(1));
            scene.assertAlive(deep);
            scene.assertAlive(flat);
        }
        assertThat(paths()).containsExactly("/tree/a/b/deep", "/tree/flat");
        assertThat(trash().files()).extracting(TrashedFile::since).containsOnly(since);
        restore(deep, "/tree/a/b/deep");
        assertThat(scene.fileAt("/tree/a/b/deep")).isEqualTo(deep);
    }

    @Test
    void whatIsRemovedNowPassesTheTrash() {
        FileId file = scene.save(session, "/file");
        FileId below = scene.save(session, "/tree/below");
        scene.apply(session, new Command.Remove(path("/file"), false, true));
        scene.assertRemoved(file, scene.now());
        scene.apply(session, new Command.Remove(path("/tree"), true, true));
        scene.assertRemoved(below, scene.now());
        scene.apply(new Command.Dissolve(10));
        assertThat(paths()).isEmpty();
    }

    @Test
    void withoutATrashNothingGoesIntoIt() {
        scene.apply(new Command.SetTrash(0));
        FileId file = scene.save(session, "/file");
        scene.remove(session, "/file", false);
        scene.assertRemoved(file, scene.now());
        assertRefused(scene.apply(new Command.SetTrash(-1)), Kind.BAD_REQUEST);
        assertRefused(scene.apply(new Command.SetTrash(Command.MAX_TRASH_SECONDS + 1)), Kind.BAD_REQUEST);
        assertRefused(scene.apply(new Command.Untrash(file, path("/x"))), Kind.BAD_REQUEST);
    }

    @Test
    void aPageOfTheTrashSurvivesTheWire() {
        FileId first = scene.save(session, "/1");
        FileId second = scene.save(session, "/2");
        scene.remove(session, "/1", false);
        scene.remove(session, "/2", false);
        Query query = new Query.Trash(first, 1);
        QueryResult.Trash page = (QueryResult.Trash) scene.namespace.answer(QueryCodec.from(QueryCodec.to(query)));
        assertThat(page.more()).isTrue();
        assertThat(page.files()).extracting(file -> file.record().id()).containsExactly(first);
        assertThat(QueryCodec.from(QueryCodec.to(page))).isEqualTo(page);
        for (Command command : List.of(
                new Command.SetTrash(5),
                new Command.Untrash(second, path("/x")),
                new Command.Discard(Scene.BIRTH, List.of(first)),
                new Command.Remove(path("/x"), true, true),
                new Command.Rename(path("/x"), path("/y")),
                new Command.Dissolve(200),
                new Command.Adopt(first, 7),
                new Command.Reserve(1, 9, 7))) {
            assertThat(CommandCodec.from(CommandCodec.to(command))).isEqualTo(command);
        }
    }

    /** Rule 1: the content of a restored file belongs to its id; no commit can use that again. */
    @Test
    void aRestoredIdIsNotOpen() {
        FileId file = scene.save(session, "/file");
        scene.remove(session, "/file", false);
        assertRefused(scene.apply(session, commit(file, "/file")), Kind.NOT_OPEN);
        restore(file, "/file");
        assertRefused(scene.apply(session, commit(file, "/other")), Kind.NOT_OPEN);
    }

    private List<FileId> wanted(int limit) {
        List<FileId> ids = new ArrayList<>();
        @Nullable FileId next = new FileId(1, 1);
        while (next != null) {
            ContentPage page = scene.namespace.wanted(next, limit);
            page.contents().forEach(content -> ids.add(content.id()));
            next = page.next();
        }
        return ids;
    }

    /** A file that can be restored is checked like one with a name: its bytes may be needed. */
    @Test
    void whatTheTrashCanGiveBackIsWanted() {
        List<FileId> all = new ArrayList<>();
        for (int number = 0; number < 12; number++) {
            all.add(scene.save(session, "/file" + number));
        }
        scene.apply(session, new Command.MakeDirectory(path("/deep")));
        all.add(scene.save(session, "/deep/one"));
        all.add(scene.save(session, "/deep/two"));
        for (int number : new int[] {1, 2, 3, 7, 11}) {
            scene.remove(session, "/file" + number, false);
        }
        scene.remove(session, "/deep", true);
        for (int limit : new int[] {1, 3, 100}) {
            assertThat(wanted(limit)).isEqualTo(all);
        }
        assertThat(scene.namespace.pathOf(all.get(0))).contains(path("/file0"));
        assertThat(scene.namespace.pathOf(all.get(7))).contains(path("/file7"));
        assertThat(scene.namespace.pathOf(all.getLast())).contains(path("/deep/two"));
        scene.apply(new Command.Dissolve(100));
        assertThat(wanted(3)).isEqualTo(all);
        assertThat(scene.namespace.pathOf(all.getLast())).contains(path("/deep/two"));
        discard(FOR_EVER, all.get(7), all.getLast());
        assertThat(wanted(3)).hasSize(all.size() - 2).doesNotContain(all.get(7), all.getLast());
        assertThat(scene.namespace.pathOf(all.get(7))).isEmpty();
    }
}
