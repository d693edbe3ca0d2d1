package io.trivet.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.message.CommandCodec;
import io.trivet.message.QueryCodec;
import io.trivet.model.Attributes;
import io.trivet.model.Command;
import io.trivet.model.Condition;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal.Kind;
import io.trivet.model.SessionId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is kept beside the content of a file: as long as the file can come back, and no longer. */
class FileMetadataTest {
    private static final Attributes BLUE =
            Attributes.NONE.with("user.colour", "blue").with("s3.etag", new byte[] {0, -1});

    private final Scene scene = Scene.of(3);
    private final SessionId session = scene.session();

    private FileId save(String path, Attributes attributes) {
        FileId file = scene.reserve(session, 1).start();
        Command.Commit plain = Scene.commit(file, path);
        Outcome outcome = scene.apply(
                session,
                new Command.Commit(
                        file,
                        plain.path(),
                        plain.size(),
                        plain.crc32c(),
                        plain.modified(),
                        plain.owner(),
                        plain.mode(),
                        plain.relied(),
                        null,
                        List.of(),
                        attributes));
        assertThat(outcome).isInstanceOf(Outcome.Committed.class);
        return file;
    }

    private Attributes attributesOf(String path) {
        return ((QueryResult.AttributesOf) scene.namespace.answer(new Query.AttributesOf(Scene.path(path))))
                .attributes();
    }

    private Outcome set(String path, Integer mode, Instant modified, Attributes attributes) {
        return scene.apply(session, new Command.SetMetadata(Scene.path(path), mode, modified, attributes));
    }

    private FileRecord record(String path) {
        return ((NameEntry.File) scene.find(path)).record();
    }

    private long rows() {
        return scene.store.content().keySet().stream()
                .filter(key -> key.startsWith("H"))
                .count();
    }

    @Test
    void aFileWithoutAttributesHasNoRow() {
        save("/f", Attributes.NONE);
        assertThat(rows()).isZero();
        assertThat(attributesOf("/f")).isEqualTo(Attributes.NONE);
        save("/g", BLUE);
        assertThat(attributesOf("/g")).isEqualTo(BLUE);
        assertThat(set("/g", null, null, Attributes.NONE)).isEqualTo(new Outcome.Done());
        assertThat(rows()).isZero();
    }

    /** A restore that lost them would give S3 clients objects without their types and metadata. */
    @Test
    void aBackupBringsThemBack() throws IOException {
        save("/f", BLUE);
        save("/plain", Attributes.NONE);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        scene.namespace.backup(file);
        Scene other = new Scene();
        Backup.replay(
                new ByteArrayInputStream(file.toByteArray()),
                new NodeId(1),
                2,
                command -> assertThat(other.apply(command)).isEqualTo(new Outcome.Done()));
        assertThat(((QueryResult.AttributesOf) other.namespace.answer(new Query.AttributesOf(Scene.path("/f"))))
                        .attributes())
                .isEqualTo(BLUE);
        assertThat(other.store.content().keySet().stream().filter(key -> key.startsWith("H")))
                .hasSize(1);
    }

    /** A release that does not know them would keep their rows for ever. */
    @Test
    void earlierReleasesRefuseRowsWithAttributes() {
        save("/plain", Attributes.NONE);
        assertThat(format()).isEqualTo(Settings.FIRST_FORMAT);
        save("/f", BLUE);
        assertThat(format()).isEqualTo(Settings.ADDITIONS_FORMAT);
    }

    private int format() {
        return new Settings(new Transaction(scene.store)).row().getFormat();
    }

    @Test
    void modeAndTimeChangeAndTheContentStays() {
        save("/f", BLUE);
        FileRecord before = record("/f");
        Instant old = Instant.parse("1965-07-04T12:00:00.123456789Z");
        assertThat(set("/f", 0600, old, null)).isEqualTo(new Outcome.Done());
        FileRecord after = record("/f");
        assertThat(after.id()).isEqualTo(before.id());
        assertThat(after.mode()).isEqualTo(0600);
        assertThat(after.modified()).isEqualTo(old);
        assertThat(after.crc32c()).isEqualTo(before.crc32c());
        assertThat(attributesOf("/f")).isEqualTo(BLUE);
        assertThat(set("/f", null, null, null)).isEqualTo(new Outcome.Done());
        assertThat(record("/f")).isEqualTo(after);
    }

    @Test
    void attributesGoWithTheFileAndNotWithItsName() {
        save("/f", BLUE);
        scene.rename(session, "/f", "/g");
        assertThat(attributesOf("/g")).isEqualTo(BLUE);
        save("/g", Attributes.NONE);
        assertThat(attributesOf("/g")).isEqualTo(Attributes.NONE);
    }

    @Test
    void theyComeBackFromTheTrashAndEndWithTheGrace() {
        scene.apply(new Command.SetTrash(Duration.ofDays(1).toSeconds()));
        FileId file = save("/d/f", BLUE);
        scene.remove(session, "/d", true);
        while (scene.namespace.hasDetached()) {
            scene.apply(new Command.Dissolve(3));
        }
        scene.apply(session, new Command.Untrash(file, Scene.path("/back")));
        assertThat(attributesOf("/back")).isEqualTo(BLUE);
        scene.apply(session, new Command.Remove(Scene.path("/back"), false, true));
        assertThat(rows()).isEqualTo(1);
        scene.apply(new Command.ForgetRemoved(scene.now().plusSeconds(9), List.of(file)));
        scene.assertDead(file);
        assertThat(rows()).isZero();
    }

    @Test
    void whatIsNoFileIsRefused() {
        scene.make("/d");
        Scene.assertRefused(set("/d", 0700, null, null), Kind.IS_A_DIRECTORY);
        Scene.assertRefused(set("/none", 0700, null, null), Kind.NO_SUCH_FILE);
        save("/f", Attributes.NONE);
        Scene.assertRefused(set("/f", 010000, null, null), Kind.BAD_REQUEST);
    }

    @Test
    void aChangeCanDependOnTheContent() {
        FileId seen = save("/f", Attributes.NONE);
        save("/f", Attributes.NONE);
        Operation plain = scene.number(session, new Command.SetMetadata(Scene.path("/f"), 0600, null, null));
        Operation conditional = new Operation(
                plain.session(),
                plain.sequence(),
                plain.answeredBelow(),
                plain.command(),
                List.of(Condition.unchanged(Scene.path("/f"), seen)));
        Scene.assertRefused(scene.apply(List.of(conditional)).getFirst(), Kind.CONDITION_FAILED);
    }

    @Test
    void attributesAreBounded() {
        Attributes full = Attributes.NONE.with("n", new byte[Attributes.MAX_BYTES - 1]);
        assertThatThrownBy(() -> full.with("m", "")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Attributes.NONE.with("", "value")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Attributes.NONE.with("n".repeat(Attributes.MAX_NAME_BYTES + 1), "value"))
                .isInstanceOf(IllegalArgumentException.class);
        save("/f", full);
        assertThat(attributesOf("/f")).isEqualTo(full);
    }

    @Test
    void theyTravel() {
        Command set = new Command.SetMetadata(Scene.path("/f"), 0640, Instant.parse("1965-07-04T12:00:00.5Z"), BLUE);
        assertThat(CommandCodec.from(CommandCodec.to(set))).isEqualTo(set);
        save("/f", BLUE);
        Query query = new Query.AttributesOf(Scene.path("/f"));
        assertThat(QueryCodec.from(QueryCodec.to(query))).isEqualTo(query);
        QueryResult answer = scene.namespace.answer(query);
        assertThat(QueryCodec.from(QueryCodec.to(answer))).isEqualTo(answer);
        assertThat(Attributes.of(Map.of("a", new byte[] {1}))).isNotEqualTo(Attributes.of(Map.of("a", new byte[] {2})));
    }
}
