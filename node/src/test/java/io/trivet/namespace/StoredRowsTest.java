package io.trivet.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.message.CommandCodec;
import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages.LocationRow;
import io.trivet.message.StateMessages.TrashRow;
import io.trivet.message.StateMessages.UseRow;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.Grant;
import io.trivet.model.NameEntry;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.SessionId;
import io.trivet.namespace.Store.Pair;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/**
 * After any sequence of operations, each row is valid, all rows are consistent, a backup of them
 * can be restored, and the counts for quotas and owners are right.
 */
final class StoredRowsTest {
    private static final byte[] FIRST = {0};
    private static final Grant EVERYTHING = new Grant(RemotePath.ROOT, EnumSet.of(Right.ADMINISTER));
    private static final byte[] LAST = {(byte) 0xff};

    /** Somewhat less than an entry of the log takes. */
    private static final int MAX_COMMAND_BYTES = 500 << 10;

    @Property(tries = 150)
    void everyRowCanBeRestored(@ForAll("histories") List<List<Command>> history) throws IOException {
        Scene scene = Scene.of(3);
        scene.apply(new Command.AddUser("root", new byte[] {1}, List.of(EVERYTHING)));
        List<SessionId> sessions = List.of(scene.session(), scene.session());
        int number = 0;
        for (List<Command> entry : history) {
            SessionId session = sessions.get(number++ % 3 == 2 ? 1 : 0);
            List<Operation> operations = new ArrayList<>();
            entry.forEach(command ->
                    operations.add(throughTheLog(scene.number(session, RandomHistories.fitting(command, scene)))));
            scene.apply(operations);
            rows(scene).forEach(RowCheck::require);
            assertSums(scene);
        }
        while (scene.namespace.hasDetached()) {
            scene.apply(new Command.Dissolve(3));
        }
        while (scene.namespace.isCounting()) {
            scene.apply(new Command.CountUse(3));
        }
        assertSums(scene);
        assertSums(restored(scene));
    }

    /** As masters read it. */
    private static Operation throughTheLog(Operation operation) {
        return CommandCodec.from(CommandCodec.to(operation));
    }

    private static Scene restored(Scene scene) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        scene.namespace.backup(out);
        Backup.checkRows(new ByteArrayInputStream(out.toByteArray()));
        Scene other = new Scene();
        Backup.replay(new ByteArrayInputStream(out.toByteArray()), new NodeId(0), 2, command -> {
            assertThat(CommandCodec.to(command).getSerializedSize()).isLessThan(MAX_COMMAND_BYTES);
            assertThat(other.apply(command)).isEqualTo(new Outcome.Done());
        });
        other.namespace.requireConsistent(1);
        while (other.namespace.isCounting()) {
            other.apply(new Command.CountUse(3));
        }
        return other;
    }

    private static List<Pair> rows(Scene scene) {
        return scene.store.range(FIRST, LAST, Integer.MAX_VALUE);
    }

    /**
     * After the counting ended: checks the sums of each directory with a name, and of each owner.
     */
    private static void assertSums(Scene scene) throws IOException {
        if (scene.store.get(RowKeys.COUNTING) == null || scene.namespace.isCounting()) {
            return;
        }
        Transaction rows = new Transaction(scene.store);
        long quotas = sums(scene, rows, RemotePath.ROOT).quotas();
        assertThat(quotas)
                .isEqualTo(scene.store.range(new byte[] {'Q'}, new byte[] {'R'}, 1000).stream()
                        .filter(row -> isThere(rows, RowKeys.directoryOf(row.key())))
                        .count());
        if (!scene.namespace.hasDetached()) {
            assertOwners(scene, rows);
        }
    }

    private static boolean isThere(Transaction rows, long directory) {
        long step = directory;
        while (step != EntryKey.ROOT_DIRECTORY) {
            LocationRow up = rows.get(RowKeys.directoryLocation(step), LocationRow.parser());
            if (up == null) {
                return false;
            }
            step = up.getParent();
        }
        return true;
    }

    private static SpaceUsage.Sum sums(Scene scene, Transaction rows, RemotePath directory) {
        long number = new PathResolver(rows).find(directory).directory();
        SpaceUsage.Sum sum = new SpaceUsage.Sum(0, 0, 0, rows.has(RowKeys.quota(number)) ? 1 : 0);
        for (NameEntry nameEntry :
                scene.list(directory.toString(), "", Query.MAX_PAGE).entries()) {
            sum = sum.plus(
                    nameEntry instanceof NameEntry.Recorded file
                            ? new SpaceUsage.Sum(new SharedContents(rows).bytesOf(file.record()), 1, 0, 0)
                            : sums(scene, rows, directory.resolve(nameEntry.name()))
                                    .plus(new SpaceUsage.Sum(0, 0, 1, 0)));
        }
        assertThat(new SpaceUsage(rows).below(number)).as("%s", directory).isEqualTo(sum);
        return sum;
    }

    private static void assertOwners(Scene scene, Transaction rows) throws IOException {
        Map<String, SpaceUsage.Sum> expected = new HashMap<>();
        List<FileRecord> files = new ArrayList<>(
                new FileIndex(rows).recordedOrKept(new FileId(1, 1), 1000).files());
        for (Pair row : scene.store.range(new byte[] {'G'}, new byte[] {'H'}, 1000)) {
            files.add(StateCodec.from(TrashRow.parseFrom(row.value()).getRecord()));
        }
        for (FileRecord file : files) {
            SpaceUsage.Sum one = new SpaceUsage.Sum(new SharedContents(rows).bytesOf(file), 1, 0, 0);
            expected.merge(file.owner(), one, SpaceUsage.Sum::plus);
        }
        Map<String, SpaceUsage.Sum> found = new HashMap<>();
        for (Pair row : scene.store.range(new byte[] {'W'}, new byte[] {'X'}, 1000)) {
            found.put(
                    new String(row.key(), 1, row.key().length - 1, StandardCharsets.UTF_8),
                    SpaceUsage.Sum.of(UseRow.parseFrom(row.value())));
        }
        assertThat(found).isEqualTo(expected);
    }

    /** The generator makes every command that a founded cluster may get, so none is forgotten. */
    @Test
    void everyKindOfCommandIsAmongThem() {
        Set<Class<?>> made = RandomHistories.histories()
                .sampleStream()
                .limit(400)
                .flatMap(List::stream)
                .flatMap(List::stream)
                .map(Command::getClass)
                .collect(Collectors.toSet());
        Set<Class<?>> expected = new HashSet<>(List.of(Command.class.getPermittedSubclasses()));
        expected.removeAll(RandomHistories.NOT_MADE);
        assertThat(made).isEqualTo(expected);
    }

    @Provide
    Arbitrary<List<List<Command>>> histories() {
        return RandomHistories.histories();
    }
}
