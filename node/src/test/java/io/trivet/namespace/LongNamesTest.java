package io.trivet.namespace;

import static io.trivet.namespace.Scene.assertRefused;
import static io.trivet.namespace.Scene.commit;
import static io.trivet.namespace.Scene.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal.Kind;
import io.trivet.model.RemotePath;
import io.trivet.model.SessionId;
import io.trivet.model.TrashedFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/**
 * No operation makes a path longer than the limit. If an earlier release did, the path can still be
 * read and removed, and affects no other.
 */
final class LongNamesTest {
    private static final String X = "x".repeat(255);

    /** 15 levels: 3,840 bytes. */
    private static final String LEVELS = ("/" + X).repeat(15);

    private final Scene scene = Scene.of(3);
    private final SessionId session = scene.session();

    private static byte[] backup(Scene scene) {
        try {
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            scene.namespace.backup(file);
            return file.toByteArray();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Restores a backup, with the checks of a restore. */
    private static Scene restored(byte[] backup) throws IOException {
        Backup.Summary found = Backup.checkRows(new ByteArrayInputStream(backup));
        Scene other = new Scene();
        Backup.replay(
                new ByteArrayInputStream(backup),
                new NodeId(1),
                2,
                command -> assertThat(other.apply(command)).isEqualTo(new Outcome.Done()));
        other.namespace.requireConsistent(found.epoch());
        return other;
    }

    private static List<TrashedFile> trash(Scene scene) {
        List<TrashedFile> all = new ArrayList<>();
        QueryResult.Trash page;
        do {
            FileId from = all.isEmpty()
                    ? new FileId(1, 1)
                    : all.getLast().record().id().plus(1);
            page = (QueryResult.Trash) scene.namespace.answer(new Query.Trash(from, 1000));
            all.addAll(page.files());
        } while (page.more());
        return all;
    }

    private static List<RemotePath> named(Scene scene) throws IOException {
        List<RemotePath> names = new ArrayList<>();
        BackupCatalogue.read(new ByteArrayInputStream(backup(scene))).files((path, _) -> names.add(path), _ -> {});
        return names;
    }

    /**
     * Makes a deep file with entries of an earlier release: each round moves {@code chain} further
     * down.
     */
    private FileId deep(int rounds) {
        scene.make("/m/c");
        FileId file = scene.save(session, "/m/c/f");
        for (int round = 0; round < rounds; round++) {
            scene.make("/m/n" + LEVELS);
            unbounded("/m/c", "/m/n" + LEVELS + "/c");
            unbounded("/m/n", "/m/c");
        }
        return file;
    }

    private void unbounded(String from, String to) {
        assertThat(scene.apply(session, new Command.Rename(path(from), path(to), false, false)))
                .isEqualTo(new Outcome.Done());
    }

    @Test
    void aRenameThatMakesAPathBelowTooLongIsRefused() {
        scene.save(session, "/a" + LEVELS.substring(0, 256 * 8) + "/file");
        scene.make("/b" + LEVELS.substring(0, 256 * 8));
        String below = "/b" + LEVELS.substring(0, 256 * 8);
        assertRefused(scene.rename(session, "/a", below + "/a"), Kind.BAD_NAME);
        assertThat(scene.find("/a")).as("refused as a whole").isNotNull();
        assertThat(scene.rename(session, "/a", "/b/a")).isEqualTo(new Outcome.Done());
        assertThat(scene.rename(session, "/b/a", "/short")).isEqualTo(new Outcome.Done());
    }

    /** Exact to the byte. */
    @Test
    void aPathMayBecomeAsLongAsOneThatIsGiven() {
        scene.save(session, "/a" + LEVELS + "/" + "y".repeat(200));
        int room = RemotePath.MAX_PATH - 2 - LEVELS.length() - 201;
        assertThat(scene.rename(session, "/a", "/" + "b".repeat(room + 1))).isEqualTo(new Outcome.Done());
        assertRefused(scene.rename(session, "/" + "b".repeat(room + 1), "/" + "c".repeat(room + 2)), Kind.BAD_NAME);
    }

    /** An entry takes no longer for a large tree: the leader checked it before. */
    @Test
    void ofALargeTreeTheLeaderLooksAtTheRest() {
        int files = 12_000;
        FileId first = scene.reserve(session, 4096).start();
        List<Operation> operations = new ArrayList<>();
        for (int i = 0; i < files; i++) {
            if (i > 0 && i % 4096 == 0) {
                scene.apply(operations);
                operations.clear();
                first = scene.reserve(session, 4096).start();
            }
            operations.add(scene.number(session, commit(first.plus(i % 4096), "/big/" + i)));
        }
        scene.apply(operations);
        scene.save(session, "/big/z" + LEVELS + "/file");
        scene.make("/longer/name");
        Command.Rename rename = new Command.Rename(path("/big"), path("/longer/name/" + "b".repeat(250)));
        assertThatThrownBy(() -> scene.namespace.requirePaths(rename, () -> true))
                .hasMessageContaining("the path of something below it would be");
        scene.namespace.requirePaths(new Command.Rename(path("/big"), path("/longer/name/b")), () -> true);
        scene.namespace.requirePaths(new Command.Rename(path("/nothing"), path("/longer/name/b")), () -> true);
        assertThatThrownBy(() -> scene.namespace.requirePaths(rename, () -> false))
                .hasMessageContaining("too much is below it to look in time");
    }

    /** An old log is applied as it was when it was written. */
    @Test
    void anEntryOfAnEarlierReleaseLooksAtNoPathBelow() {
        FileId file = deep(2);
        scene.assertAlive(file);
        assertThat(scene.namespace.pathOf(file).orElseThrow().name()).isEqualTo("f");
        assertThat(scene.namespace.pathOf(file).orElseThrow().startsWith(path("/m")))
                .isTrue();
    }

    @Test
    void whatIsTooLongIsMovedOutRemovedAndRestored() throws IOException {
        FileId file = deep(3);
        assertRefused(scene.rename(session, "/m/c", "/m/longer"), Kind.BAD_NAME);
        assertThat(scene.rename(session, "/m/c" + LEVELS + "/c", "/o")).isEqualTo(new Outcome.Done());
        assertThat(scene.namespace.pathOf(file)).isPresent();
        scene.apply(new Command.SetTrash(Duration.ofDays(1).toSeconds()));
        scene.remove(session, "/o", true);
        while (scene.namespace.hasDetached()) {
            scene.apply(new Command.Dissolve(200));
            scene.assertAlive(file);
        }
        assertThat(trash(scene)).hasSize(1);
        assertThat(trash(scene).getFirst().path().startsWith(path("/o"))).isTrue();
        Scene other = restored(backup(scene));
        assertThat(trash(other)).isEqualTo(trash(scene));
        assertThat(scene.apply(session, new Command.Untrash(file, path("/back"))))
                .isEqualTo(new Outcome.Done());
    }

    /**
     * Rows as an earlier release wrote them: one such row must not make a backup or a rescue
     * useless.
     */
    @Test
    void aRowThatIsOnlyTooLongSpoilsNeitherBackupNorRescueNorTheTrash() throws IOException {
        scene.apply(new Command.SetTrash(Duration.ofDays(1).toSeconds()));
        FileId gone = deep(2);
        scene.remove(session, "/m/c", true);
        while (scene.namespace.hasDetached()) {
            scene.apply(new Command.Dissolve(200, 0));
        }
        scene.save(session, "/alice/first-name");
        scene.rename(session, "/alice/first-name", "/alice/renamed");
        FileId named = scene.save(session, "/m2/f");
        scene.make("/m/n" + LEVELS);
        unbounded("/m2", "/m/n" + LEVELS + "/m2");
        unbounded("/m/n", "/m/a-name-that-makes-it-longer" + "x".repeat(220));
        List<String> shortened = new ArrayList<>();
        Backup.checkRows(new ByteArrayInputStream(backup(scene)), shortened::add);
        assertThat(shortened).as("it is said").hasSize(1).first().asString().startsWith("/m/c/");
        Scene other = restored(backup(scene));
        assertThat(trash(other)).extracting(file -> file.record().id()).containsExactly(gone);
        other.assertAlive(named);
        assertThat(named(scene)).contains(path("/alice/renamed")).hasSize(2);
    }

    /** The bytes that one entry writes are bounded, however long the paths are. */
    @Test
    void aStepOfARemovalWritesNoMoreThanItsBytes() {
        scene.apply(new Command.SetTrash(Duration.ofDays(1).toSeconds()));
        String directory = "/t" + LEVELS;
        for (int i = 0; i < 400; i++) {
            scene.save(session, directory + "/" + i);
        }
        scene.remove(session, "/t", true);
        long before = 0;
        int steps = 0;
        while (scene.namespace.hasDetached()) {
            scene.apply(new Command.Dissolve(1000));
            long after = bytes(scene.store.content());
            assertThat(after - before).isLessThan(2 * Command.Dissolve.USUAL_BYTES);
            before = after;
            steps++;
        }
        assertThat(steps).isBetween(5, 100);
        assertThat(trash(scene)).hasSize(400);
    }

    private static long bytes(Map<String, String> rows) {
        return rows.entrySet().stream()
                .filter(row -> row.getKey().startsWith("G"))
                .mapToLong(row -> row.getValue().length() / 2)
                .sum();
    }

    /** Clients choose the sizes: no sum of them may make a backup useless. */
    @Test
    void sumsOfHugeSizesAreNeverBelowNothing() throws IOException {
        scene.apply(new Command.SetTrash(Duration.ofDays(1).toSeconds()));
        long huge = (1L << 30) * (50L << 20);
        for (int i = 0; i < 180; i++) {
            FileId file = scene.reserve(session, 1).start();
            scene.apply(
                    session,
                    new Command.Commit(file, path("/p" + i), huge, 0, Scene.BIRTH, "somebody", 0644, List.of()));
            scene.remove(session, "/p" + i, false);
            assertThat(((QueryResult.Trash) scene.namespace.answer(new Query.Trash(new FileId(1, 1), 1))).allBytes())
                    .isPositive();
        }
        Scene other = restored(backup(scene));
        for (TrashedFile file : trash(scene)) {
            assertThat(scene.apply(session, new Command.Untrash(file.record().id(), file.path())))
                    .isEqualTo(new Outcome.Done());
        }
        assertThat(((QueryResult.Trash) scene.namespace.answer(new Query.Trash(new FileId(1, 1), 1))).allBytes())
                .isZero();
        assertThat(trash(other)).hasSize(180);
    }

    /**
     * After any history, what is stored can be backed up and restored, and every path in it is
     * valid.
     */
    @Property(tries = 60)
    void whatIsWrittenCanBeReadBack(@ForAll("histories") List<Do> history) throws IOException {
        Scene any = Scene.of(2);
        any.apply(new Command.SetTrash(Duration.ofDays(1).toSeconds()));
        SessionId begun = any.session();
        history.forEach(step -> step.in(any, begun));
        Scene other = restored(backup(any));
        assertThat(trash(other)).isEqualTo(trash(any));
        for (StoredContent file : any.namespace.wanted(new FileId(1, 1), 1000).contents()) {
            assertThat(any.namespace.pathOf(file.id())).isPresent();
        }
    }

    /** An operation of a client or of the leader. */
    interface Do {
        void in(Scene scene, SessionId session);
    }

    @Provide
    Arbitrary<List<Do>> histories() {
        Arbitrary<String> top = Arbitraries.of("/a", "/b");
        String middle = LEVELS.substring(0, 8 * 256);
        Arbitrary<RemotePath> near =
                Combinators.combine(top, Arbitraries.of("", "/a")).as((first, second) -> path(first + second));
        Arbitrary<RemotePath> where = Combinators.combine(
                        top, Arbitraries.of("", middle, LEVELS), Arbitraries.of("", "/a"))
                .as((first, second, third) -> path(first + second + third));
        Arbitrary<Long> size = Arbitraries.of(0L, 7L, 1L << 50, (1L << 30) * (50L << 20));
        Arbitrary<Do> step = Arbitraries.oneOf(
                where.map(path -> (scene, session) -> scene.apply(session, new Command.MakeDirectory(path))),
                Combinators.combine(where, size)
                        .as((path, bytes) -> (scene, session) -> scene.apply(
                                session,
                                new Command.Commit(
                                        scene.reserve(session, 1).start(),
                                        path,
                                        bytes,
                                        0,
                                        Scene.BIRTH,
                                        "somebody",
                                        0644,
                                        List.of()))),
                Combinators.combine(near, where)
                        .as((from, to) -> (scene, session) -> scene.apply(session, new Command.Rename(from, to))),
                Combinators.combine(where, where)
                        .as((from, to) -> (scene, session) -> scene.apply(session, new Command.Rename(from, to))),
                near.map(path -> (scene, session) -> scene.apply(session, new Command.Remove(path, true))),
                Arbitraries.of(1, 3, 200).map(limit -> (scene, session) -> scene.apply(new Command.Dissolve(limit))),
                where.map(path -> (scene, session) -> trash(scene).stream()
                        .findFirst()
                        .ifPresent(file -> scene.apply(
                                session, new Command.Untrash(file.record().id(), path)))));
        return step.list().ofMinSize(5).ofMaxSize(40);
    }

    /** Every page fits into a frame, and leads to the next. */
    @Test
    void aPageIsBoundedByBytesAsWellAsByRows() {
        scene.apply(new Command.SetTrash(Duration.ofDays(1).toSeconds()));
        for (int i = 0; i < 1500; i++) {
            scene.save(session, "/t" + LEVELS + "/" + "z".repeat(200) + i);
        }
        QueryResult.Page names = scene.list("/t" + LEVELS, "", 1000);
        assertThat(names.more()).isTrue();
        List<String> all = new ArrayList<>();
        do {
            names = scene.list("/t" + LEVELS, all.isEmpty() ? "" : all.getLast(), 1000);
            names.entries().forEach(nameEntry -> all.add(nameEntry.name()));
        } while (names.more());
        assertThat(all).hasSize(1500).doesNotHaveDuplicates();
        scene.remove(session, "/t", true);
        while (scene.namespace.hasDetached()) {
            assertThat(page().underWay()).isTrue();
            scene.apply(new Command.Dissolve(200));
        }
        assertThat(page().underWay()).isFalse();
        int bytes =
                page().files().stream().mapToInt(file -> file.path().length()).sum();
        assertThat(bytes).isBetween(Query.MAX_PAGE_BYTES / 2, Query.MAX_PAGE_BYTES);
        assertThat(trash(scene)).hasSize(1500);
    }

    private QueryResult.Trash page() {
        return (QueryResult.Trash) scene.namespace.answer(new Query.Trash(new FileId(1, 1), 1000));
    }
}
