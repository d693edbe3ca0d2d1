package io.trivet.namespace;

import static io.trivet.namespace.Scene.assertRefused;
import static io.trivet.namespace.Scene.commit;
import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.NameEntry;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal.Kind;
import io.trivet.model.RemotePath;
import io.trivet.model.SessionId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Creating, replacing, renaming, removing and listing names. */
final class DirectoryTreeTest {
    private static final Outcome DONE = new Outcome.Done();
    private final Scene scene = Scene.of(3);
    private final SessionId session = scene.session();

    @Test
    void theRootIsADirectoryFromTheFirst() {
        assertThat(scene.find("/")).isInstanceOf(NameEntry.Directory.class);
        assertThat(scene.list("/")).isEmpty();
        scene.make("/");
    }

    @Test
    void aCommitMakesMissingParents() {
        FileId file = scene.save(session, "/a/b/c");
        assertThat(scene.list("/a")).containsExactly("b");
        assertThat(scene.fileAt("/a/b/c")).isEqualTo(file);
    }

    @Test
    void aRefusedCommitMakesNothingAndItsSaveStaysOpen() {
        scene.save(session, "/f");
        FileId file = scene.reserve(session, 1).start();
        assertRefused(scene.apply(session, commit(file, "/f/x")), Kind.NOT_A_DIRECTORY);
        assertRefused(scene.apply(session, commit(file, "/f/x/y")), Kind.NOT_A_DIRECTORY);
        assertRefused(scene.apply(session, commit(file, "/")), Kind.IS_A_DIRECTORY);
        scene.make("/d");
        assertRefused(scene.apply(session, commit(file, "/d")), Kind.IS_A_DIRECTORY);
        assertThat(scene.list("/")).containsExactly("d", "f");
        assertThat(scene.apply(session, commit(file, "/d/f"))).isInstanceOf(Outcome.Committed.class);
    }

    @Test
    void badRecordsAreRefused() {
        FileId file = scene.reserve(session, 1).start();
        RemotePath path = Scene.path("/x/y");
        Instant then = Scene.BIRTH;
        assertRefused(
                scene.apply(session, new Command.Commit(file, path, -1, 0, then, "", 0644, List.of())),
                Kind.BAD_REQUEST);
        assertRefused(
                scene.apply(session, new Command.Commit(file, path, Long.MAX_VALUE, 0, then, "", 0644, List.of())),
                Kind.BAD_REQUEST);
        assertRefused(
                scene.apply(session, new Command.Commit(file, path, 1, 0, then, "", 010000, List.of())),
                Kind.BAD_REQUEST);
        assertRefused(
                scene.apply(session, new Command.Commit(file, path, 1, 0, then, "o".repeat(33), 0644, List.of())),
                Kind.BAD_REQUEST);
        assertRefused(
                scene.apply(session, new Command.Commit(file, path, 1, 0, then, "名".repeat(22), 0644, List.of())),
                Kind.BAD_REQUEST);
        scene.assertMissing("/x");
    }

    /** Rule 5: the replaced id is stamped. */
    @Test
    void aCommitReplacesAFileInOneStep() {
        FileId old = scene.save(session, "/a");
        FileId file = scene.save(session, "/a");
        assertThat(scene.fileAt("/a")).isEqualTo(file);
        scene.assertRemoved(old, scene.now());
        scene.assertAlive(file);
    }

    @Test
    void directoriesAreMadeWithTheirParentsAndMayExist() {
        scene.make("/a/b/c");
        scene.make("/a/b");
        assertThat(scene.list("/a/b")).containsExactly("c");
        scene.save(session, "/f");
        assertRefused(scene.apply(new Command.MakeDirectory(Scene.path("/f"))), Kind.ALREADY_EXISTS);
        assertRefused(scene.apply(new Command.MakeDirectory(Scene.path("/f/g"))), Kind.NOT_A_DIRECTORY);
    }

    @Test
    void aFileIsRenamed() {
        FileId file = scene.save(session, "/a");
        scene.make("/d");
        assertThat(scene.rename(session, "/a", "/d/b")).isEqualTo(DONE);
        scene.assertMissing("/a");
        assertThat(scene.fileAt("/d/b")).isEqualTo(file);
        scene.assertAlive(file);
    }

    @Test
    void aDirectoryIsRenamedWithAllThatIsInIt() {
        FileId file = scene.save(session, "/a/b/c");
        scene.make("/x");
        assertThat(scene.rename(session, "/a", "/x/y")).isEqualTo(DONE);
        assertThat(scene.fileAt("/x/y/b/c")).isEqualTo(file);
        scene.assertMissing("/a");
        scene.assertAlive(file);
    }

    /** Rule 5: the replaced id is stamped. */
    @Test
    void aFileReplacesAFileByRename() {
        FileId file = scene.save(session, "/a");
        FileId old = scene.save(session, "/b");
        assertThat(scene.rename(session, "/a", "/b")).isEqualTo(DONE);
        assertThat(scene.fileAt("/b")).isEqualTo(file);
        assertThat(scene.list("/")).containsExactly("b");
        scene.assertRemoved(old, scene.now());
    }

    @Test
    void nothingElseIsReplacedByRename() {
        scene.save(session, "/f");
        scene.make("/d");
        scene.make("/e");
        assertRefused(scene.rename(session, "/f", "/d"), Kind.IS_A_DIRECTORY);
        assertRefused(scene.rename(session, "/d", "/f"), Kind.NOT_A_DIRECTORY);
        assertRefused(scene.rename(session, "/d", "/e"), Kind.ALREADY_EXISTS);
        assertRefused(scene.rename(session, "/f", "/"), Kind.ALREADY_EXISTS);
        assertThat(scene.list("/")).containsExactly("d", "e", "f");
    }

    @Test
    void renamesThatMakeNoSenseAreRefused() {
        scene.save(session, "/f");
        scene.make("/d/e");
        assertRefused(scene.rename(session, "/", "/x"), Kind.BAD_REQUEST);
        assertRefused(scene.rename(session, "/d", "/d/e/x"), Kind.BAD_REQUEST);
        assertRefused(scene.rename(session, "/d", "/d/x"), Kind.BAD_REQUEST);
        assertRefused(scene.rename(session, "/nowhere", "/x"), Kind.NO_SUCH_FILE);
        assertRefused(scene.rename(session, "/f", "/nowhere/x"), Kind.NO_SUCH_FILE);
        assertRefused(scene.rename(session, "/d", "/f/x"), Kind.NOT_A_DIRECTORY);
        assertRefused(scene.rename(session, "/f", "/f/x"), Kind.NOT_A_DIRECTORY);
        assertRefused(scene.rename(session, "/f/x", "/y"), Kind.NOT_A_DIRECTORY);
    }

    @Test
    void aNameThatBeginsLikeAnotherIsNotInsideIt() {
        scene.make("/d");
        assertThat(scene.rename(session, "/d", "/dd")).isEqualTo(DONE);
        assertThat(scene.list("/")).containsExactly("dd");
    }

    @Test
    void renamingToItselfChangesNothing() {
        FileId file = scene.save(session, "/f");
        scene.make("/d");
        Instant before = scene.modified("/");
        assertThat(scene.rename(session, "/f", "/f")).isEqualTo(DONE);
        assertThat(scene.rename(session, "/d", "/d")).isEqualTo(DONE);
        assertThat(scene.fileAt("/f")).isEqualTo(file);
        assertThat(scene.modified("/")).isEqualTo(before);
        scene.assertAlive(file);
    }

    @Test
    void onlyFilesAndEmptyDirectoriesAreRemovedOneByOne() {
        FileId file = scene.save(session, "/d/f");
        assertRefused(scene.remove(session, "/d", false), Kind.NOT_EMPTY);
        assertRefused(scene.remove(session, "/", true), Kind.BAD_REQUEST);
        assertRefused(scene.remove(session, "/x", true), Kind.NO_SUCH_FILE);
        assertThat(scene.remove(session, "/d/f", false)).isEqualTo(DONE);
        scene.assertRemoved(file, scene.now());
        assertThat(scene.remove(session, "/d", false)).isEqualTo(DONE);
        assertThat(scene.list("/")).isEmpty();
    }

    @Test
    void whatWasRemovedCanBeMadeAgain() {
        scene.save(session, "/d/f");
        scene.remove(session, "/d", true);
        FileId again = scene.save(session, "/d/f");
        assertThat(scene.list("/d")).containsExactly("f");
        while (scene.namespace.hasDetached()) {
            scene.apply(new Command.Dissolve(10));
        }
        scene.assertAlive(again);
        assertThat(scene.fileAt("/d/f")).isEqualTo(again);
    }

    @Test
    void aDirectoryIsModifiedWhenItsNamesChange() {
        scene.make("/a/b");
        Instant made = scene.now();
        scene.save(session, "/x");
        assertThat(scene.modified("/a")).isEqualTo(made);
        scene.save(session, "/a/f");
        assertThat(scene.modified("/a")).isEqualTo(scene.now());
        assertThat(scene.modified("/a/b")).isEqualTo(made);
        scene.rename(session, "/a/f", "/a/b/f");
        assertThat(scene.modified("/a")).isEqualTo(scene.now());
        assertThat(scene.modified("/a/b")).isEqualTo(scene.now());
        scene.remove(session, "/a/b/f", false);
        assertThat(scene.modified("/a/b")).isEqualTo(scene.now());
    }

    @Test
    void listingIsInTheOrderOfUnsignedBytes() {
        // In UTF-16 the surrogates of the last one would sort before U+FF5E.
        List<String> names = List.of("A", "a", "a b", "aa", "é", "数据", "\uFF5E", "\uD83D\uDE00");
        names.reversed().forEach(name -> scene.save(session, "/" + name));
        assertThat(scene.list("/")).containsExactlyElementsOf(names);
    }

    @Test
    void listingComesInPages() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            names.add("f" + i);
            scene.save(session, "/d/f" + i);
        }
        scene.save(session, "/e/other");
        List<String> seen = new ArrayList<>();
        QueryResult.Page page = scene.list("/d", "", 3);
        while (page.more()) {
            page.entries().forEach(nameEntry -> seen.add(nameEntry.name()));
            page = scene.list("/d", seen.getLast(), 3);
        }
        page.entries().forEach(nameEntry -> seen.add(nameEntry.name()));
        assertThat(seen).isEqualTo(names);
        assertThat(scene.list("/d", "f3x", 10).entries()).hasSize(3);
        assertThat(scene.list("/d", "f6", 10)).isEqualTo(new QueryResult.Page(List.of(), false));
    }

    @Test
    void badListingsAreRefused() {
        scene.save(session, "/f");
        assertAnswer(new Query.Listing(RemotePath.ROOT, "", 0), Kind.BAD_REQUEST);
        assertAnswer(new Query.Listing(RemotePath.ROOT, "", Query.MAX_PAGE + 1), Kind.BAD_REQUEST);
        assertAnswer(new Query.Listing(Scene.path("/f"), "", 1), Kind.NOT_A_DIRECTORY);
        assertAnswer(new Query.Listing(Scene.path("/x"), "", 1), Kind.NO_SUCH_FILE);
        assertAnswer(new Query.Lookup(Scene.path("/f/x")), Kind.NOT_A_DIRECTORY);
    }

    private void assertAnswer(Query query, Kind kind) {
        assertThat(scene.namespace.answer(query))
                .isInstanceOfSatisfying(
                        QueryResult.Refused.class,
                        refused -> assertThat(refused.refusal().kind()).isEqualTo(kind));
    }

    private Outcome renameOver(String from, String to) {
        return scene.apply(session, new Command.Rename(Scene.path(from), Scene.path(to), true, true));
    }

    /** As POSIX has it; log entries of earlier releases still mean what they meant. */
    @Test
    void aDirectoryReplacesAnEmptyOneWhereThatIsWanted() {
        FileId file = scene.save(session, "/full/f");
        scene.make("/empty");
        Scene.assertRefused(scene.rename(session, "/full", "/empty"), Kind.ALREADY_EXISTS);
        assertThat(renameOver("/full", "/empty")).isEqualTo(new Outcome.Done());
        assertThat(scene.fileAt("/empty/f")).isEqualTo(file);
        scene.assertMissing("/full");
        scene.make("/other");
        Scene.assertRefused(renameOver("/other", "/empty"), Kind.NOT_EMPTY);
        Scene.assertRefused(renameOver("/other", "/empty/f"), Kind.NOT_A_DIRECTORY);
        Scene.assertRefused(renameOver("/empty/f", "/other"), Kind.IS_A_DIRECTORY);
        assertThat(renameOver("/other", "/other")).isEqualTo(new Outcome.Done());
        Scene.assertRefused(renameOver("/other", "/other/below"), Kind.BAD_REQUEST);
        assertThat(scene.list("/")).containsExactly("empty", "other");
    }
}
