package io.trivet.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Command;
import io.trivet.model.Grant;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.SessionId;
import io.trivet.namespace.Store.Pair;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A checksum is not a signature: a backup may contain any rows. */
final class ConsistencyCheckTest {
    private final Scene scene = Scene.of(3);
    private final SessionId session = scene.session();
    private byte[] backup = {};

    @BeforeEach
    void aNamespaceWithEverythingInIt() throws IOException {
        Grant everything = new Grant(RemotePath.ROOT, Set.of(Right.ADMINISTER));
        scene.apply(new Command.AddUser("admin", new byte[40], List.of(everything)));
        scene.save(session, "/a");
        scene.save(session, "/d/e/b");
        scene.save(session, "/cut/off/c");
        scene.save(session, "/gone");
        scene.remove(session, "/gone", false);
        scene.remove(session, "/cut", true);
        scene.apply(new Command.SetTrash(3600));
        scene.save(session, "/thrown");
        scene.remove(session, "/thrown", false);
        scene.save(session, "/x/y");
        scene.remove(session, "/x", true);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        scene.namespace.backup(file);
        backup = file.toByteArray();
    }

    /** Checks it as a restore does. */
    private static void accept(byte[] forged) throws IOException {
        Backup.Summary found = Backup.checkRows(new ByteArrayInputStream(forged));
        Scene other = new Scene();
        Backup.replay(new ByteArrayInputStream(forged), new NodeId(1), 2, command -> {
            if (other.apply(Operation.unnumbered(command).command()) instanceof Outcome.Refused(var refusal)) {
                throw new IllegalArgumentException(refusal.message());
            }
        });
        other.namespace.requireConsistent(found.epoch());
    }

    private byte[] without(Pair row) throws IOException {
        return ForgedBackup.with(
                backup,
                rows -> rows.stream()
                        .filter(kept -> !Arrays.equals(kept.key(), row.key()))
                        .toList());
    }

    private byte[] with(byte[] key, byte[] value) throws IOException {
        return ForgedBackup.with(backup, rows -> {
            List<Pair> changed = new ArrayList<>(rows);
            changed.removeIf(row -> Arrays.equals(row.key(), key));
            changed.add(new Pair(key, value));
            changed.sort((one, other) -> Arrays.compareUnsigned(one.key(), other.key()));
            return changed;
        });
    }

    @Test
    void whatTheStateMachineMadeIsAccepted() throws IOException {
        accept(backup);
    }

    @Test
    void aRowThatCannotBeReadIsNamed() throws IOException {
        for (Pair row : ForgedBackup.rows(backup)) {
            assertThatThrownBy(() -> accept(with(row.key(), new byte[] {(byte) 0xff, 1})))
                    .as(RowKeys.text(row.key()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(RowKeys.text(row.key()));
        }
    }

    /** Found by fuzzing the checks of a restore. */
    @Test
    void aNodeUnderANumberThatIsNoneIsNamed() throws IOException {
        Pair node = ForgedBackup.rows(backup).stream()
                .filter(row -> row.key()[0] == 'M')
                .findFirst()
                .orElseThrow();
        byte[] key = {'M', (byte) 0xff, (byte) 0xff, 0, 0};
        assertThatThrownBy(() -> accept(with(key, node.value())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(RowKeys.text(key));
    }

    @Test
    void aBackupOfALaterReleaseIsRefusedInPlainWords() throws IOException {
        byte[] later = new Settings(new Transaction(scene.store))
                .row().toBuilder().setFormat(Settings.FORMAT + 1).build().toByteArray();
        assertThatThrownBy(() -> accept(with(RowKeys.SETTINGS, later)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("restore it with the release that wrote it");
    }

    /**
     * No row of names, locations, the trash, nodes, layouts and their counts may be missing; other
     * rows are not restored, or their absence is detected.
     */
    @Test
    void aRowThatIsMissingIsNoticed() throws IOException {
        int looked = 0;
        for (Pair row : ForgedBackup.rows(backup)) {
            boolean counted = row.key()[0] == 'C'
                    && List.of(
                                    Counter.FILES,
                                    Counter.DIRECTORIES,
                                    Counter.NODES,
                                    Counter.TRASH_FILES,
                                    Counter.TRASH_BYTES)
                            .stream()
                            .anyMatch(counter -> Arrays.equals(row.key(), RowKeys.counter(counter)));
            boolean empty = row.key()[0] == 'C' && row.value().length == 0;
            boolean head = Arrays.equals(row.key(), RowKeys.SETTINGS) || Arrays.equals(row.key(), RowKeys.LAYOUT_HEAD);
            if ("NIDXGML".indexOf(row.key()[0]) >= 0 || (counted && !empty) || head) {
                assertThatThrownBy(() -> accept(without(row)))
                        .as(RowKeys.text(row.key()))
                        .isInstanceOfAny(
                                IOException.class, IllegalStateException.class, IllegalArgumentException.class);
                looked++;
            }
        }
        assertThat(looked).isGreaterThan(20);
    }

    @Test
    void rowsThatContradictEachOtherAreNoticed() throws IOException {
        byte[] location = EntryKey.of(EntryKey.ROOT_DIRECTORY, "d").row().toByteArray();
        assertContradiction(with(RowKeys.fileLocation(scene.fileAt("/a")), location), "elsewhere, or nowhere");
        assertContradiction(with(RowKeys.removed(scene.fileAt("/a")), new byte[0]), "both kept and removed");
        assertContradiction(with(RowKeys.removed(scene.fileAt("/a").plus(1_000_000)), new byte[0]), "was never issued");
        assertContradiction(
                with(
                        RowKeys.fileLocation(scene.fileAt("/a").plus(3)),
                        EntryKey.of(EntryKey.ROOT_DIRECTORY, "a").row().toByteArray()),
                "no such file");
        assertContradiction(
                with(
                        RowKeys.directoryLocation(77),
                        EntryKey.of(77, "self").row().toByteArray()),
                "no such directory");
        Pair user = ForgedBackup.rows(backup).stream()
                .filter(row -> row.key()[0] == 'U')
                .findFirst()
                .orElseThrow();
        assertContradiction(with(RowKeys.user("bob"), new byte[0]), null);
        assertContradiction(
                ForgedBackup.with(
                        with(RowKeys.user("bob"), new byte[0]),
                        rows -> rows.stream()
                                .filter(row -> !Arrays.equals(row.key(), user.key()))
                                .toList()),
                "no user may administer");
    }

    private static void assertContradiction(byte[] forged, @org.jspecify.annotations.Nullable String words)
            throws IOException {
        if (words == null) {
            accept(forged);
        } else {
            assertThatThrownBy(() -> accept(forged)).hasMessageContaining(words);
        }
    }
}
