package io.trivet.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.message.StateMessages.SettingsRow;
import java.util.List;
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
}
