package io.trivet.namespace;

import static io.trivet.namespace.Scene.assertRefused;
import static io.trivet.namespace.Scene.commit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.message.CommandCodec;
import io.trivet.model.ClusterView;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.IdState;
import io.trivet.model.Layout;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Refusal.Kind;
import io.trivet.model.SessionId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rule 4: a backup restores every name, in a new epoch, and no id is issued twice. */
final class BackupTest {
    private static final NodeId MASTER = new NodeId(1);
    private static final Path GOLDEN = Path.of("src/test/resources/io/trivet/namespace/backup-1.txt");

    private final Scene scene = Scene.of(3);
    private final SessionId session = scene.session();

    private byte[] backup() throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        Backup.Summary written = scene.namespace.backup(file);
        assertThat(Backup.check(new ByteArrayInputStream(file.toByteArray()))).isEqualTo(written);
        assertThat(written.cluster()).isEqualTo(Scene.CLUSTER);
        assertThat(written.index()).isEqualTo(scene.namespace.appliedIndex());
        return file.toByteArray();
    }

    /** Restores it with a log of its own, as a restore does. */
    private static Scene restored(byte[] backup) throws IOException {
        Scene other = new Scene();
        Backup.replay(new ByteArrayInputStream(backup), MASTER, 2, command -> {
            Operation operation = Operation.unnumbered(command);
            Outcome outcome =
                    other.apply(CommandCodec.from(CommandCodec.to(operation)).command());
            assertThat(outcome).isEqualTo(new Outcome.Done());
        });
        return other;
    }

    @Test
    void everyNameIsBackInTheNextEpoch() throws IOException {
        for (int i = 0; i < 3000; i++) {
            scene.save(session, "/d" + i % 7 + "/" + i);
        }
        FileId file = scene.fileAt("/d1/1");
        Scene other = restored(backup());
        for (int i = 0; i < 7; i++) {
            assertThat(other.list("/d" + i)).isEqualTo(scene.list("/d" + i));
        }
        assertThat(other.find("/d1/1")).isEqualTo(scene.find("/d1/1"));
        other.assertAlive(file);
        SessionId begun = other.session();
        FileId issued = other.reserve(begun, 1).start();
        assertThat(issued.epoch()).isEqualTo(2);
        assertThat(other.apply(begun, commit(issued, "/new"))).isInstanceOf(Outcome.Committed.class);
    }

    /**
     * Rule 4: sweeping is off, and files that the backup does not have are unknown, so they are
     * never deleted.
     */
    @Test
    void whatIsNewerThanTheBackupIsUnknownAndSweepingIsOff() throws IOException {
        FileId open = scene.reserve(session, 1).start();
        byte[] backup = backup();
        FileId later = scene.save(session, "/later");
        Scene other = restored(backup);
        assertThat(other.view().sweepSettings().on()).isFalse();
        assertThat(other.view().epoch()).isEqualTo(2);
        assertThat(other.namespace.stateOf(later)).isEqualTo(new IdState.Unknown());
        assertThat(other.namespace.stateOf(open)).isEqualTo(new IdState.Unknown());
    }

    /**
     * Rule 5 in a later epoch: a removed file of the old epoch is dead after its grace, not unknown
     * for ever.
     */
    @Test
    void aFileOfAnEarlierEpochDiesAsOthersDo() throws IOException {
        FileId file = scene.save(session, "/old");
        Scene other = restored(backup());
        SessionId begun = other.session();
        other.remove(begun, "/old", false);
        other.assertRemoved(file, other.now());
        other.apply(new Command.ForgetRemoved(other.now().plusMillis(1), List.of(file)));
        other.assertDead(file);
        assertThat(other.namespace
                        .removedBefore(Instant.MAX.minusSeconds(1), new FileId(1, 1), 10)
                        .ids())
                .isEmpty();
    }

    /**
     * Rules 6 and 10: versions only rise, no session or node number is given twice, one master is
     * left.
     */
    @Test
    void numbersGoOnAboveAllThatWereGiven() throws IOException {
        byte[] backup = backup();
        SessionId after = scene.session();
        ClusterView before = scene.view();
        Scene other = restored(backup);
        ClusterView view = other.view();
        assertThat(view.version()).isGreaterThan(before.version() + 1_000_000);
        assertThat(view.layout().version()).isGreaterThan(before.layout().version() + 1_000_000);
        assertThat(view.layout().homes()).isEqualTo(before.layout().homes());
        assertThat(view.layouts())
                .extracting(Layout::version)
                .contains(before.layout().version());
        assertThat(view.masters()).extracting(node -> node.id()).containsExactly(MASTER);
        assertRefused(other.apply(session, new Command.Reserve(1, -1)), Kind.SESSION_ENDED);
        assertThat(other.session().number()).isGreaterThan(after.number() + 1_000_000);
        other.apply(new Command.IssueToken(Scene.TOKEN, other.now().plusSeconds(99), 1));
        assertThat(((Outcome.Joined) other.apply(Scene.join(3))).node().number())
                .isGreaterThan(10);
        long version = other.view().version();
        other.apply(new Command.RaiseLossEpoch(MASTER, 3));
        assertThat(other.view().version()).isGreaterThan(version);
    }

    @Test
    void aBackupIsOfOneMoment() throws IOException {
        scene.save(session, "/a");
        byte[] first = backup();
        scene.save(session, "/b");
        assertThat(restored(first).list("/")).containsExactly("a");
    }

    @Test
    void aBackupIsNeverRestoredOverANamespace() throws IOException {
        List<Command> commands = new ArrayList<>();
        Backup.replay(new ByteArrayInputStream(backup()), MASTER, 2, commands::add);
        for (Command command : commands) {
            assertRefused(scene.apply(command), Kind.ALREADY_EXISTS);
        }
    }

    /** A backup of another release is readable as long as its format is supported. */
    @Test
    void aBackupThatWasWrittenLongAgoIsRestored() throws IOException {
        byte[] golden = HexFormat.of().parseHex(Files.readString(GOLDEN).strip());
        Backup.Summary summary = Backup.check(new ByteArrayInputStream(golden));
        assertThat(summary.cluster()).isEqualTo(Scene.CLUSTER);
        Scene other = restored(golden);
        assertThat(other.find("/dir/a")).isNotNull();
        assertThat(other.view().nodes()).hasSize(3);
    }

    @Test
    void aBackupOfALaterFormatIsRefusedInPlainWords() throws IOException {
        byte[] later = backup();
        later[11] = 2;
        assertThatThrownBy(() -> Backup.check(new ByteArrayInputStream(later)))
                .hasMessage("its format is 2, this release reads 1: use the release that wrote it, or a newer one");
    }

    @Test
    void everyDamageIsFound() throws IOException {
        scene.save(session, "/a");
        byte[] good = backup();
        for (int at = 0; at < good.length; at += 7) {
            byte[] bad = good.clone();
            bad[at] ^= 4;
            assertThatThrownBy(() -> Backup.check(new ByteArrayInputStream(bad)))
                    .isInstanceOf(IOException.class);
        }
        for (int length : new int[] {0, 8, good.length / 2, good.length - 1}) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThatThrownBy(() -> Backup.check(new ByteArrayInputStream(cut)))
                    .isInstanceOf(IOException.class);
        }
        byte[] longer = Arrays.copyOf(good, good.length + 1);
        assertThatThrownBy(() -> Backup.check(new ByteArrayInputStream(longer))).isInstanceOf(IOException.class);
    }
}
