package io.trivet.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.message.CommandCodec;
import io.trivet.message.QueryCodec;
import io.trivet.model.Attributes;
import io.trivet.model.Command;
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
import io.trivet.model.SessionId;
import io.trivet.model.Sha256;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An empty file is a record and nothing else, a symbolic link a record and its target. */
class ChunklessFilesTest {
    private static final Instant BEFORE_1970 = Instant.parse("1965-07-04T12:00:00.123456789Z");

    private final Scene scene = Scene.of(3);
    private final SessionId session = scene.session();

    private static Command.Create create(String path) {
        return new Command.Create(Scene.path(path), "ada", BEFORE_1970, 0600, Attributes.NONE, "");
    }

    private FileRecord created(String path) {
        return ((Outcome.Committed) scene.apply(session, create(path))).record();
    }

    private int format() {
        return new Settings(new Transaction(scene.store)).row().getFormat();
    }

    @Test
    void oneEntryMakesItWithAnIdOfTheStateMachine() {
        FileId before = scene.reserve(session, 3).start();
        FileRecord record = created("/new/empty");
        assertThat(record.id()).isEqualTo(before.plus(3));
        assertThat(((NameEntry.File) scene.find("/new/empty")).record()).isEqualTo(record);
        assertThat(record.size()).isZero();
        assertThat(record.chunkCount()).isZero();
        assertThat(record.crc32c()).isZero();
        assertThat(record.sha256()).isEqualTo(Sha256.of(new byte[0]));
        assertThat(record.modified()).isEqualTo(BEFORE_1970);
        assertThat(record.mode()).isEqualTo(0600);
        assertThat(record.owner()).isEqualTo("ada");
        scene.assertAlive(record.id());
        assertThat(scene.reserve(session, 1).start()).isEqualTo(record.id().plus(1));
    }

    /** Rule 10: the answer to a create may be lost. */
    @Test
    void aRepeatedCreateIsAnsweredAndNotAppliedTwice() {
        Operation operation = scene.number(session, create("/f"));
        Outcome first = scene.apply(List.of(operation)).getFirst();
        FileId inItsPlace = scene.save(session, "/f");
        assertThat(scene.apply(List.of(operation))).containsExactly(first);
        assertThat(scene.fileAt("/f")).isEqualTo(inItsPlace);
    }

    @Test
    void whatItReplacesIsRemovedAndItIsReplacedLikeAnyFile() {
        FileId old = scene.save(session, "/f");
        FileRecord empty = created("/f");
        scene.assertRemoved(old, scene.now());
        scene.save(session, "/f");
        scene.assertRemoved(empty.id(), scene.now());
        scene.apply(new Command.ForgetRemoved(scene.now().plusSeconds(9), List.of(empty.id())));
        scene.assertDead(empty.id());
        scene.make("/d");
        Scene.assertRefused(scene.apply(session, create("/d")), Kind.IS_A_DIRECTORY);
        Scene.assertRefused(scene.apply(session, create("/f/below")), Kind.NOT_A_DIRECTORY);
        Scene.assertRefused(
                scene.apply(
                        session, new Command.Create(Scene.path("/g"), "", BEFORE_1970, 010000, Attributes.NONE, "")),
                Kind.BAD_REQUEST);
        scene.assertMissing("/g");
    }

    @Test
    void aCopyOfItHasNothingInCommonWithIt() {
        FileRecord empty = created("/f");
        scene.apply(session, new Command.Copy(Scene.path("/f"), Scene.path("/g"), "bob", null, null, null));
        FileRecord copy = ((NameEntry.File) scene.find("/g")).record();
        assertThat(copy.isCopy()).isFalse();
        assertThat(copy.chunkCount()).isZero();
        assertThat(copy.owner()).isEqualTo("bob");
        scene.remove(session, "/f", false);
        scene.assertRemoved(empty.id(), scene.now());
        scene.assertAlive(copy.id());
    }

    @Test
    void itComesBackFromTheTrash() {
        scene.apply(new Command.SetTrash(Duration.ofDays(1).toSeconds()));
        FileRecord empty = created("/d/f");
        scene.remove(session, "/d", true);
        while (scene.namespace.hasDetached()) {
            scene.apply(new Command.Dissolve(3));
        }
        assertThat(scene.namespace.stateOf(empty.id())).isEqualTo(new IdState.Alive());
        scene.apply(session, new Command.Untrash(empty.id(), Scene.path("/back")));
        assertThat(((NameEntry.File) scene.find("/back")).record()).isEqualTo(empty);
    }

    /** They would look for a chunk of it. */
    @Test
    void earlierReleasesRefuseRowsWithSuchFiles() {
        scene.save(session, "/f");
        assertThat(format()).isEqualTo(Settings.FIRST_FORMAT);
        created("/g");
        assertThat(format()).isEqualTo(Settings.ENTRIES_FORMAT);
    }

    /** An empty file of an earlier release has a chunk, which must be kept. */
    @Test
    void anEmptyFileThatWasCommittedHasItsChunk() {
        FileId file = scene.reserve(session, 1).start();
        scene.apply(session, new Command.Commit(file, Scene.path("/old"), 0, 0, BEFORE_1970, "", 0, List.of(), null));
        FileRecord record = ((NameEntry.File) scene.find("/old")).record();
        assertThat(record.chunkCount()).isEqualTo(1);
        assertThat(record.chunkLength(1)).isZero();
    }

    @Test
    void aBackupBringsItBack() throws IOException {
        FileRecord empty = created("/f");
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        scene.namespace.backup(file);
        Backup.checkRows(new ByteArrayInputStream(file.toByteArray()));
        Scene other = new Scene();
        Backup.replay(
                new ByteArrayInputStream(file.toByteArray()),
                new NodeId(1),
                2,
                command -> assertThat(other.apply(command)).isEqualTo(new Outcome.Done()));
        other.namespace.requireConsistent(1);
        assertThat(((NameEntry.File) other.find("/f")).record()).isEqualTo(empty);
        List<FileRecord> listed = new ArrayList<>();
        BackupCatalogue.read(new ByteArrayInputStream(file.toByteArray()))
                .files((_, record) -> listed.add(record), _ -> {});
        assertThat(listed).containsExactly(empty);
    }

    private FileRecord linked(String path, String target) {
        Command create =
                new Command.Create(Scene.path(path), "ada", BEFORE_1970, 0777, Attributes.NONE.with("a", "b"), target);
        return ((Outcome.Committed) scene.apply(session, create)).record();
    }

    private static QueryResult.AttributesOf kept(Scene scene, String path) {
        return (QueryResult.AttributesOf) scene.namespace.answer(new Query.AttributesOf(Scene.path(path)));
    }

    @Test
    void aLinkIsNeitherFileNorDirectoryAndNothingIsBelowIt() {
        FileRecord link = linked("/link", "/d");
        scene.make("/d");
        assertThat(scene.find("/link")).isInstanceOf(NameEntry.Link.class);
        assertThat(link.size()).isEqualTo(2);
        assertThat(link.chunkCount()).isZero();
        scene.assertAlive(link.id());
        Scene.assertRefused(scene.apply(session, create("/link/below")), Kind.NOT_A_DIRECTORY);
        Scene.assertRefused(scene.apply(session, new Command.MakeDirectory(Scene.path("/link"))), Kind.ALREADY_EXISTS);
        Scene.assertRefused(scene.remove(session, "/link/below", false), Kind.NOT_A_DIRECTORY);
        assertThat(scene.list("/")).containsExactly("d", "link");
    }

    @Test
    void theTargetStaysWhateverElseChanges() {
        FileRecord link = linked("/link", "../é");
        scene.apply(session, new Command.SetMetadata(Scene.path("/link"), 0600, null, Attributes.NONE));
        scene.rename(session, "/link", "/moved");
        assertThat(kept(scene, "/moved").linkTarget()).isEqualTo("../é");
        assertThat(kept(scene, "/moved").attributes()).isEqualTo(Attributes.NONE);
        scene.apply(
                session,
                new Command.Copy(
                        Scene.path("/moved"), Scene.path("/copy"), "", null, null, Attributes.NONE.with("c", "d")));
        assertThat(kept(scene, "/copy").linkTarget()).isEqualTo("../é");
        assertThat(kept(scene, "/copy").attributes().names()).containsExactly("c");
        scene.apply(new Command.SetTrash(Duration.ofDays(1).toSeconds()));
        scene.remove(session, "/moved", false);
        scene.apply(session, new Command.Untrash(link.id(), Scene.path("/back")));
        assertThat(kept(scene, "/back").linkTarget()).isEqualTo("../é");
        scene.apply(session, new Command.Remove(Scene.path("/back"), false, true));
        scene.apply(new Command.ForgetRemoved(scene.now().plusSeconds(9), List.of(link.id())));
        assertThat(scene.store.content().keySet().stream().filter(key -> key.startsWith("H")))
                .hasSize(1);
    }

    @Test
    void whatCannotBeATargetIsRefused() {
        for (String target : List.of("x".repeat(FileRecord.MAX_LINK_BYTES + 1), "é".repeat(2048), "a\0b")) {
            Scene.assertRefused(
                    scene.apply(
                            session, new Command.Create(Scene.path("/l"), "", BEFORE_1970, 0, Attributes.NONE, target)),
                    Kind.BAD_REQUEST);
        }
        linked("/l", "x".repeat(FileRecord.MAX_LINK_BYTES));
    }

    @Test
    void aBackupBringsLinksBackAndMustHaveTheirTargets() throws IOException {
        FileRecord link = linked("/link", "to");
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        scene.namespace.backup(file);
        Backup.checkRows(new ByteArrayInputStream(file.toByteArray()));
        Scene other = new Scene();
        Backup.replay(new ByteArrayInputStream(file.toByteArray()), new NodeId(1), 2, command -> other.apply(command));
        other.namespace.requireConsistent(1);
        assertThat(kept(other, "/link")).isEqualTo(kept(scene, "/link"));
        BackupCatalogue catalogue = BackupCatalogue.read(new ByteArrayInputStream(file.toByteArray()));
        assertThat(catalogue.linkTarget(link.id())).isEqualTo("to");
        other.store.write(List.of(new Store.Change(RowKeys.attributes(link.id()), null)));
        assertThatThrownBy(() -> other.namespace.requireConsistent(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has a target of 0 bytes, not 2");
    }

    @Test
    void theCommandTravels() {
        Command create = create("/f");
        assertThat(CommandCodec.from(CommandCodec.to(create))).isEqualTo(create);
        linked("/link", "to");
        QueryResult answer = kept(scene, "/link");
        assertThat(QueryCodec.from(QueryCodec.to(answer))).isEqualTo(answer);
        QueryResult page = scene.list("/", "", 9);
        assertThat(QueryCodec.from(QueryCodec.to(page))).isEqualTo(page);
    }
}
