package io.trivet.namespace;

import static io.trivet.namespace.Scene.assertRefused;
import static io.trivet.namespace.Scene.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Attributes;
import io.trivet.model.Command;
import io.trivet.model.Condition;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.IdState;
import io.trivet.model.NameEntry;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal.Kind;
import io.trivet.model.RemotePath;
import io.trivet.model.SessionId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Rules 3 and 5 for copies: a content lives exactly as long as a file has it. */
final class SharedContentsTest {
    private static final Instant FOR_EVER = Instant.ofEpochMilli(Long.MAX_VALUE);

    private final Scene scene = Scene.of(3);
    private final SessionId session = scene.session();
    private final FileId content = scene.save(session, "/a");

    private Outcome copy(String from, String to) {
        return scene.apply(session, new Command.Copy(path(from), path(to), "eve", null, null, null));
    }

    private FileRecord copied(String from, String to) {
        return ((Outcome.Committed) copy(from, to)).record();
    }

    private FileRecord record(String path) {
        return ((NameEntry.File) scene.find(path)).record();
    }

    private List<FileId> wanted() {
        return scene.namespace.wanted(new FileId(1, 1), 100).contents().stream()
                .map(StoredContent::id)
                .toList();
    }

    /** Also that a backup of it can be restored. */
    private void requireConsistent() {
        restored().namespace.requireConsistent(1);
    }

    private Scene restored() {
        try {
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            scene.namespace.backup(file);
            Backup.checkRows(new ByteArrayInputStream(file.toByteArray()));
            Scene other = new Scene();
            Backup.replay(
                    new ByteArrayInputStream(file.toByteArray()),
                    new NodeId(1),
                    2,
                    command -> assertThat(other.apply(command)).isEqualTo(new Outcome.Done()));
            return other;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aCopyHasAnIdOfItsOwnAndTheChunksOfTheFirst() {
        FileRecord copy = copied("/a", "/new/b");
        assertThat(copy).isEqualTo(record("/new/b"));
        assertThat(copy.id()).isNotEqualTo(content);
        assertThat(copy.chunk(1).file()).isEqualTo(content);
        assertThat(copy.owner()).isEqualTo("eve");
        assertThat(copy.size()).isEqualTo(record("/a").size());
        assertThat(record("/a").isCopy()).isFalse();
        assertThat(copied("/new/b", "/c").content()).isEqualTo(content);
        assertThat(wanted()).containsExactly(content);
        requireConsistent();
    }

    @Test
    void theContentLivesUntilTheLastFileWithItIsGone() {
        copy("/a", "/b");
        copy("/b", "/c");
        for (String gone : List.of("/b", "/a")) {
            scene.remove(session, gone, false);
            scene.assertAlive(content);
            assertThat(wanted()).containsExactly(content);
            requireConsistent();
        }
        scene.remove(session, "/c", false);
        scene.assertRemoved(content, scene.now());
        assertThat(wanted()).isEmpty();
        scene.apply(new Command.ForgetRemoved(FOR_EVER, List.of(content)));
        scene.assertDead(content);
        assertThat(scene.store.content().keySet())
                .noneMatch(key -> key.startsWith("B") || key.startsWith("Z") || key.startsWith("I"));
        requireConsistent();
    }

    @Test
    void whatReplacesACopyLeavesTheContentToTheOthers() {
        copy("/a", "/b");
        FileId other = scene.save(session, "/a");
        scene.assertAlive(content);
        copy("/a", "/b");
        scene.assertRemoved(content, scene.now());
        scene.assertAlive(other);
        requireConsistent();
    }

    /** Rule 5: the grace begins when the last reader may have looked the content up. */
    @Test
    void aDirectoryThatIsTakenApartLaterDoesNotShortenTheGraceOfAnotherCopy() {
        copy("/a", "/d/b");
        scene.remove(session, "/d", true);
        Instant detached = scene.now();
        scene.remove(session, "/a", false);
        scene.assertAlive(content);
        scene.apply(new Command.Dissolve(10));
        scene.assertRemoved(content, scene.now());
        assertThat(scene.now()).isAfter(detached);
        requireConsistent();
    }

    @Test
    void theFirstFileBelowADetachedDirectoryIsKeptForItsCopy() {
        scene.rename(session, "/a", "/a2");
        scene.make("/d");
        scene.rename(session, "/a2", "/d/a");
        copy("/d/a", "/b");
        scene.remove(session, "/d", true);
        scene.assertAlive(content);
        assertThat(wanted()).containsExactly(content);
        scene.apply(new Command.Dissolve(10));
        scene.assertAlive(content);
        assertThat(scene.namespace.pathOf(content)).contains(path("/b"));
        requireConsistent();
    }

    @Test
    void theTrashKeepsASharedContent() {
        scene.apply(new Command.SetTrash(Duration.ofDays(1).toSeconds()));
        FileId copy = copied("/a", "/b").id();
        scene.remove(session, "/a", false);
        scene.remove(session, "/b", false);
        scene.assertAlive(content);
        assertThat(wanted()).containsExactly(content);
        scene.apply(new Command.Discard(FOR_EVER, List.of(content)));
        scene.assertAlive(content);
        assertThat(wanted()).containsExactly(content);
        requireConsistent();
        assertThat(scene.apply(session, new Command.Untrash(copy, path("/again"))))
                .isEqualTo(new Outcome.Done());
        assertThat(record("/again").content()).isEqualTo(content);
        scene.apply(session, new Command.Remove(path("/again"), false, true));
        scene.assertRemoved(content, scene.now());
        requireConsistent();
    }

    @Test
    void attributesTimeAndModeAreThoseOfTheSourceUnlessSaid() {
        Attributes blue = Attributes.NONE.with("user.colour", "blue");
        scene.apply(session, new Command.SetMetadata(path("/a"), 0600, Instant.EPOCH, blue));
        copy("/a", "/b");
        assertThat(record("/b").mode()).isEqualTo(0600);
        assertThat(record("/b").modified()).isEqualTo(Instant.EPOCH);
        assertThat(attributes("/b")).isEqualTo(blue);
        scene.apply(
                session,
                new Command.Copy(path("/a"), path("/c"), "eve", Instant.EPOCH.plusNanos(7), 0644, Attributes.NONE));
        assertThat(record("/c").mode()).isEqualTo(0644);
        assertThat(record("/c").modified()).isEqualTo(Instant.EPOCH.plusNanos(7));
        assertThat(attributes("/c")).isEqualTo(Attributes.NONE);
        scene.remove(session, "/b", false);
        assertThat(attributes("/a")).isEqualTo(blue);
        requireConsistent();
    }

    private Attributes attributes(String path) {
        return ((QueryResult.AttributesOf) scene.namespace.answer(new Query.AttributesOf(path(path)))).attributes();
    }

    @Test
    void aCopyThatIsRefusedChangesNothing() {
        scene.make("/d");
        var before = scene.store.content();
        assertRefused(copy("/none", "/b"), Kind.NO_SUCH_FILE);
        assertRefused(copy("/d", "/b"), Kind.IS_A_DIRECTORY);
        assertRefused(copy("/a", "/d"), Kind.IS_A_DIRECTORY);
        assertRefused(copy("/a", "/a"), Kind.BAD_REQUEST);
        assertRefused(copy("/a", "/a/b"), Kind.NOT_A_DIRECTORY);
        assertRefused(copy("/a", "/"), Kind.IS_A_DIRECTORY);
        assertRefused(scene.apply(new Command.Copy(path("/a"), path("/b"), "", null, null, null)), Kind.BAD_REQUEST);
        assertThat(scene.store.content().keySet().stream().filter(key -> !key.startsWith("R")))
                .containsExactlyElementsOf(before.keySet().stream()
                        .filter(key -> !key.startsWith("R"))
                        .toList());
    }

    @Test
    void conditionsMayBeAboutBothPaths() {
        scene.save(session, "/b");
        assertRefused(conditional(Condition.absent(path("/b")), null), Kind.CONDITION_FAILED);
        FileId other = scene.save(session, "/a");
        assertRefused(conditional(Condition.unchanged(path("/a"), content), null), Kind.CONDITION_FAILED);
        assertThat(conditional(
                        Condition.unchanged(path("/a"), other), Condition.unchanged(path("/b"), scene.fileAt("/b"))))
                .isInstanceOf(Outcome.Committed.class);
    }

    private Outcome conditional(Condition one, @Nullable Condition two) {
        List<Condition> conditions = new ArrayList<>(List.of(one));
        if (two != null) {
            conditions.add(two);
        }
        Operation copy = scene.number(session, new Command.Copy(path("/a"), path("/b"), "", null, null, null));
        return scene.apply(List.of(new Operation(
                        copy.session(), copy.sequence(), copy.answeredBelow(), copy.command(), conditions)))
                .getFirst();
    }

    @Test
    void aRepeatedCopyIsMadeOnce() {
        Operation operation = scene.number(session, new Command.Copy(path("/a"), path("/b"), "eve", null, null, null));
        List<Outcome> outcomes = scene.apply(List.of(operation, operation));
        assertThat(outcomes.getFirst()).isEqualTo(outcomes.getLast());
        assertThat(scene.store.content().keySet().stream().filter(key -> key.startsWith("B")))
                .hasSize(2);
    }

    @Test
    void quotasCountEachCopy() {
        scene.make("/d");
        scene.apply(new Command.SetQuota(path("/d"), 10L, null));
        while (scene.namespace.isCounting()) {
            scene.apply(new Command.CountUse(100));
        }
        assertThat(copy("/a", "/d/b")).isInstanceOf(Outcome.Committed.class);
        assertRefused(copy("/a", "/d/c"), Kind.QUOTA);
    }

    @Test
    void aBackupBringsSharedContentsBack() throws IOException {
        copy("/a", "/b");
        scene.remove(session, "/a", false);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        scene.namespace.backup(file);
        Scene other = restored();
        other.assertAlive(content);
        SessionId later = other.session();
        other.remove(later, "/b", false);
        other.assertRemoved(content, other.now());
        List<RemotePath> names = new ArrayList<>();
        BackupCatalogue catalogue = BackupCatalogue.read(new ByteArrayInputStream(file.toByteArray()));
        catalogue.files((name, record) -> names.add(name), _ -> {});
        assertThat(names).containsExactly(path("/b"));
        assertThat(catalogue.stateOf(content)).isEqualTo(new IdState.Alive());
    }

    @Test
    void earlierReleasesRefuseRowsWithCopies() {
        assertThat(format()).isEqualTo(Settings.FIRST_FORMAT);
        copy("/a", "/b");
        assertThat(format()).isEqualTo(Settings.CONTENTS_FORMAT);
    }

    private int format() {
        return new Settings(new Transaction(scene.store)).row().getFormat();
    }

    /** What would let a content be swept, or kept for ever. */
    @Test
    void aRowTooFewOrTooManyIsFound() {
        FileId copy = copied("/a", "/b").id();
        damaged(rows -> rows.remove(RowKeys.sharer(content, copy)));
        damaged(rows -> rows.remove(RowKeys.sharer(content, content)));
        damaged(rows -> rows.put(RowKeys.sharer(content, copy.plus(1)), new byte[0]));
        damaged(rows -> rows.put(RowKeys.sharer(copy, copy), new byte[0]));
        FileId other = scene.save(session, "/other");
        damaged(rows -> rows.put(RowKeys.sharer(content, other), new byte[0]));
    }

    private void damaged(Consumer<Transaction> damage) {
        requireConsistent();
        MemoryStore store = restored().store.copy();
        Transaction rows = new Transaction(store);
        damage.accept(rows);
        store.write(rows.changes());
        assertThatThrownBy(() -> new Namespace(store).requireConsistent(1)).isInstanceOf(IllegalStateException.class);
    }
}
