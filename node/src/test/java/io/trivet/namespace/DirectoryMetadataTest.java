package io.trivet.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.message.CommandCodec;
import io.trivet.message.QueryCodec;
import io.trivet.model.Attributes;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.NameEntry;
import io.trivet.model.NodeId;
import io.trivet.model.Outcome;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal.Kind;
import io.trivet.model.SessionId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Mode, owner and time of directories, and the owner of files. */
class DirectoryMetadataTest {
    private static final Instant BEFORE_1970 = Instant.parse("1965-07-04T12:00:00.123456789Z");

    private final Scene scene = Scene.of(3);
    private final SessionId session = scene.session();

    private NameEntry.Directory directory(String path) {
        return (NameEntry.Directory) scene.find(path);
    }

    private Outcome set(String path, @Nullable Integer mode, @Nullable Instant modified, @Nullable String owner) {
        return scene.apply(session, new Command.SetMetadata(Scene.path(path), mode, modified, null, owner, true));
    }

    private Outcome make(String path, @Nullable Integer mode, @Nullable Instant modified) {
        return scene.apply(new Command.MakeDirectory(Scene.path(path), "ada", mode, modified));
    }

    private int format() {
        return new Settings(new Transaction(scene.store)).row().getFormat();
    }

    /** Rows and log entries of earlier releases mean what they meant. */
    @Test
    void aDirectoryForWhichNothingWasSetHasTheUsualAndItsRowIsAsBefore() {
        scene.make("/d");
        assertThat(directory("/d")).isEqualTo(new NameEntry.Directory("d", scene.now()));
        assertThat(directory("/d").mode()).isEqualTo(0755);
        assertThat(format()).isEqualTo(Settings.FIRST_FORMAT);
        Scene.assertRefused(
                scene.apply(session, new Command.SetMetadata(Scene.path("/d"), 0700, null, null)), Kind.IS_A_DIRECTORY);
        assertThat(format()).isEqualTo(Settings.FIRST_FORMAT);
    }

    @Test
    void whatIsSetStaysUntilANameInItChanges() {
        scene.make("/d");
        assertThat(set("/d", 0700, BEFORE_1970, "eve")).isEqualTo(new Outcome.Done());
        assertThat(directory("/d")).isEqualTo(new NameEntry.Directory("d", BEFORE_1970, "eve", 0700));
        assertThat(format()).isEqualTo(Settings.ENTRIES_FORMAT);
        set("/d", null, null, null);
        assertThat(directory("/d")).isEqualTo(new NameEntry.Directory("d", BEFORE_1970, "eve", 0700));
        scene.rename(session, "/d", "/e");
        assertThat(directory("/e")).isEqualTo(new NameEntry.Directory("e", BEFORE_1970, "eve", 0700));
        scene.save(session, "/e/f");
        assertThat(directory("/e")).isEqualTo(new NameEntry.Directory("e", scene.now(), "eve", 0700));
        set("/", 0711, null, "root");
        scene.make("/other");
        assertThat(directory("/")).isEqualTo(new NameEntry.Directory("", scene.now(), "root", 0711));
    }

    @Test
    void aNewOneHasAnOwnerModeAndTime() {
        make("/a/b", 0700, BEFORE_1970);
        assertThat(directory("/a/b")).isEqualTo(new NameEntry.Directory("b", BEFORE_1970, "ada", 0700));
        assertThat(directory("/a")).isEqualTo(new NameEntry.Directory("a", scene.now(), "ada", 0755));
        scene.apply(new Command.MakeDirectory(Scene.path("/a/b"), "eve", 0777, null));
        assertThat(directory("/a/b")).isEqualTo(new NameEntry.Directory("b", BEFORE_1970, "ada", 0700));
        Scene.assertRefused(make("/c", 010000, null), Kind.BAD_REQUEST);
        scene.assertMissing("/c");
        scene.save(session, "/f");
        Scene.assertRefused(make("/f", 0700, null), Kind.ALREADY_EXISTS);
    }

    @Test
    void whatADirectoryCannotHaveIsRefused() {
        scene.make("/d");
        Scene.assertRefused(set("/d", 010000, null, null), Kind.BAD_REQUEST);
        Scene.assertRefused(set("/d", null, null, "o".repeat(33)), Kind.BAD_REQUEST);
        Scene.assertRefused(set("/none", 0700, null, null), Kind.NO_SUCH_FILE);
        Scene.assertRefused(
                scene.apply(
                        session, new Command.SetMetadata(Scene.path("/d"), null, null, Attributes.NONE, null, true)),
                Kind.IS_A_DIRECTORY);
        assertThat(format()).isEqualTo(Settings.FIRST_FORMAT);
    }

    /** The limits of a user count the files that it owns. */
    @Test
    void theUseOfAnOwnerGoesWithTheFile() {
        scene.apply(new Command.SetQuota(Scene.path("/"), 1L << 40, null));
        while (scene.namespace.isCounting()) {
            scene.apply(new Command.CountUse(100));
        }
        FileId file = scene.save(session, "/f");
        assertThat(scene.namespace.bytesOf("somebody")).isEqualTo(7);
        assertThat(set("/f", null, null, "eve")).isEqualTo(new Outcome.Done());
        assertThat(scene.fileAt("/f")).isEqualTo(file);
        assertThat(scene.namespace.bytesOf("somebody")).isZero();
        assertThat(scene.namespace.bytesOf("eve")).isEqualTo(7);
        set("/f", 0600, null, null);
        assertThat(scene.namespace.bytesOf("eve")).isEqualTo(7);
        scene.remove(session, "/f", false);
        assertThat(scene.namespace.bytesOf("eve")).isZero();
    }

    @Test
    void aBackupBringsItBack() throws IOException {
        make("/d", 0700, BEFORE_1970);
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
        assertThat(other.find("/d")).isEqualTo(directory("/d"));
    }

    @Test
    void theyTravel() {
        make("/d", 0700, BEFORE_1970);
        QueryResult page = scene.list("/", "", 9);
        assertThat(QueryCodec.from(QueryCodec.to(page))).isEqualTo(page);
        for (Command command : new Command[] {
            new Command.SetMetadata(Scene.path("/d"), null, BEFORE_1970, null, "eve", true),
            new Command.SetMetadata(Scene.path("/d"), 0600, null, null),
            new Command.MakeDirectory(Scene.path("/d"), "", 0755, null),
            new Command.MakeDirectory(Scene.path("/d")),
            new Command.Rename(Scene.path("/d"), Scene.path("/e"), true, true)
        }) {
            assertThat(CommandCodec.from(CommandCodec.to(command))).isEqualTo(command);
        }
    }
}
