package io.trivet.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.message.StateCodec;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.Outcome;
import io.trivet.model.SessionId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Each file has one record of fixed size. Counts the value of the file's name row: the record, and
 * two bytes for the type. Its key is nine bytes and the name. The row from the id back to the name
 * is counted separately: 13 bytes of key, 11 of value, and the name again.
 */
final class RecordSizeTest {
    private static final long TIB = 1L << 40;
    private final Scene scene = Scene.of(3);
    private final SessionId session = scene.session();

    @Test
    void aByteAndATebibyteTakeTheSameRecord() {
        FileRecord small = save("/d/small", 1, "somebody");
        FileRecord large = save("/d/large", TIB, "somebody");
        assertThat(large.chunkCount()).isEqualTo(20_972);
        assertThat(StateCodec.to(small).toByteArray())
                .hasSameSizeAs(StateCodec.to(large).toByteArray())
                .hasSize(62);
        assertThat(((NameEntry.File) scene.find("/d/small")).storedBytes())
                .isEqualTo(((NameEntry.File) scene.find("/d/large")).storedBytes())
                .isEqualTo(64);
    }

    @Test
    void aRecordStaysUnder128BytesWithTheLongestOwner() {
        save("/ascii", TIB, "o".repeat(FileRecord.MAX_OWNER));
        save("/wide", TIB, "名".repeat(21));
        assertThat(((NameEntry.File) scene.find("/ascii")).storedBytes()).isLessThan(128);
        assertThat(((NameEntry.File) scene.find("/wide")).storedBytes()).isLessThan(128);
    }

    @Test
    void aFileAddsTwoRowsWhateverItsSize() {
        save("/d/first", 1, "somebody");
        Map<String, String> before = namesAndLocations();
        save("/d/other", TIB, "somebody");
        Map<String, String> after = namesAndLocations();
        after.keySet().removeAll(before.keySet());
        assertThat(after).hasSize(2);
        // In hexadecimal, without the letter of each key and the space after it.
        int keys = after.keySet().stream()
                .mapToInt(key -> 1 + (key.length() - 2) / 2)
                .sum();
        int values =
                after.values().stream().mapToInt(value -> value.length() / 2).sum();
        assertThat(keys).isEqualTo(9 + 5 + 13);
        assertThat(values).isEqualTo(64 + 11 + 5);
    }

    private FileRecord save(String path, long size, String owner) {
        FileId file = scene.reserve(session, 1).start();
        return ((Outcome.Committed) scene.apply(
                        session,
                        new Command.Commit(file, Scene.path(path), size, 0x1234, Scene.BIRTH, owner, 0644, List.of())))
                .record();
    }

    private Map<String, String> namesAndLocations() {
        Map<String, String> rows = scene.store.content();
        rows.keySet().removeIf(key -> !key.matches("[NI] .*"));
        return rows;
    }
}
