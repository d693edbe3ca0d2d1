package io.trivet.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.message.StateMessages.SettingsRow;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.SessionId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rows contain the number of their format. */
class StoredFormatTest {
    private final Scene scene = Scene.of(3);

    private SettingsRow settings() {
        return new Settings(new Transaction(scene.store)).row();
    }

    private void write(SettingsRow settings) {
        scene.store.write(List.of(new Store.Change(RowKeys.SETTINGS, settings.toByteArray())));
    }

    @Test
    void aNewNamespaceSaysWhichFormatItHas() {
        assertThat(settings().getFormat()).isEqualTo(Settings.FIRST_FORMAT);
    }

    @Test
    void rowsOfALaterReleaseAreRefusedInPlainWords() {
        write(settings().toBuilder().setFormat(Settings.FORMAT + 1).build());
        assertThatThrownBy(() -> new Namespace(scene.store))
                .isInstanceOf(LaterReleaseException.class)
                .hasMessageContaining("have format " + (Settings.FORMAT + 1))
                .hasMessageContaining("start the release that wrote it");
    }

    @Test
    void rowsOfBeforeTheFormatWasWrittenDownAreRead() {
        write(settings().toBuilder().clearFormat().build());
        assertThat(new Namespace(scene.store).appliedIndex()).isEqualTo(scene.namespace.appliedIndex());
    }

    /** A cluster of before there were files without chunks goes on with what it has. */
    @Test
    void rowsOfTheFormatBeforeAreReadAndStayAsTheyAre() {
        SessionId session = scene.session();
        FileId file = scene.reserve(session, 1).start();
        scene.apply(session, new Command.Commit(file, Scene.path("/d/empty"), 0, 0, Scene.BIRTH, "", 0, List.of()));
        scene.apply(session, new Command.Copy(Scene.path("/d/empty"), Scene.path("/copy"), "", null, null, null));
        assertThat(settings().getFormat()).isEqualTo(Settings.CONTENTS_FORMAT);
        Map<String, String> before = scene.store.content();
        MemoryStore store = scene.store.copy();
        Namespace later = new Namespace(store);
        FileRecord record = ((NameEntry.File)
                        ((QueryResult.Found) later.answer(new Query.Lookup(Scene.path("/d/empty")))).nameEntry())
                .record();
        assertThat(record.chunkCount()).isEqualTo(1);
        NameEntry directory = ((QueryResult.Found) later.answer(new Query.Lookup(Scene.path("/d")))).nameEntry();
        assertThat(directory).isEqualTo(scene.find("/d"));
        assertThat(later.wanted(new FileId(1, 1), 9).contents()).hasSize(1);
        assertThat(store.content()).isEqualTo(before);
    }
}
