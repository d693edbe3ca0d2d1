package io.trivet.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.message.StateMessages.LocationRow;
import io.trivet.message.StateMessages.UseRow;
import io.trivet.model.Attributes;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.Grant;
import io.trivet.model.Group;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

/**
 * After any sequence of operations, each row is valid, all rows are consistent, a backup of them
 * can be restored, and the counts for quotas and owners are right.
 */
final class StoredRowsTest {
    private static final byte[] FIRST = {0};
    private static final Grant EVERYTHING = new Grant(RemotePath.ROOT, EnumSet.of(Right.ADMINISTER));
    private static final byte[] LAST = {(byte) 0xff};

    @Property(tries = 150)
    void everyRowCanBeRestored(@ForAll("histories") List<List<Command>> history) throws IOException {
        Scene scene = Scene.of(3);
        scene.apply(new Command.AddUser("root", new byte[] {1}, List.of(EVERYTHING)));
        SessionId session = scene.session();
        for (List<Command> entry : history) {
            List<Operation> operations = new ArrayList<>();
            entry.forEach(command -> operations.add(scene.number(session, command)));
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

    private static Scene restored(Scene scene) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        scene.namespace.backup(out);
        Backup.checkRows(new ByteArrayInputStream(out.toByteArray()));
        Scene other = new Scene();
        Backup.replay(
                new ByteArrayInputStream(out.toByteArray()),
                new NodeId(0),
                2,
                command -> assertThat(other.apply(command)).isEqualTo(new Outcome.Done()));
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
                    nameEntry instanceof NameEntry.File file
                            ? new SpaceUsage.Sum(file.record().size(), 1, 0, 0)
                            : sums(scene, rows, directory.resolve(nameEntry.name()))
                                    .plus(new SpaceUsage.Sum(0, 0, 1, 0)));
        }
        assertThat(new SpaceUsage(rows).below(number)).as("%s", directory).isEqualTo(sum);
        return sum;
    }

    private static void assertOwners(Scene scene, Transaction rows) throws IOException {
        Map<String, SpaceUsage.Sum> expected = new HashMap<>();
        for (FileRecord file : scene.namespace.wanted(new FileId(1, 1), 1000).files()) {
            expected.merge(file.owner(), new SpaceUsage.Sum(file.size(), 1, 0, 0), SpaceUsage.Sum::plus);
        }
        Map<String, SpaceUsage.Sum> found = new HashMap<>();
        for (Pair row : scene.store.range(new byte[] {'W'}, new byte[] {'X'}, 1000)) {
            found.put(
                    new String(row.key(), 1, row.key().length - 1, StandardCharsets.UTF_8),
                    SpaceUsage.Sum.of(UseRow.parseFrom(row.value())));
        }
        assertThat(found).isEqualTo(expected);
    }

    @Provide
    Arbitrary<List<List<Command>>> histories() {
        Arbitrary<RemotePath> path =
                Arbitraries.of("a", "b", "c").list().ofMinSize(1).ofMaxSize(3).map(RemotePath::new);
        Arbitrary<FileId> file = Arbitraries.longs().between(1, 12).map(counter -> new FileId(1, counter));
        Arbitrary<@Nullable Long> limit =
                Arbitraries.of(-1L, 0L, 3L, 30L, 1000L).injectNull(0.2);
        Arbitrary<Boolean> yes = Arbitraries.of(true, false);
        Arbitrary<Command> change = Arbitraries.oneOf(
                path.map(Command.MakeDirectory::new),
                Combinators.combine(path, path).as(Command.Rename::new),
                Combinators.combine(path, yes, yes).as(Command.Remove::new),
                Arbitraries.integers().between(1, 3).map(count -> new Command.Reserve(count, -1)),
                Combinators.combine(file, path, Arbitraries.longs().between(0, 9), Arbitraries.of("ada", "bob", ""))
                        .as(StoredRowsTest::commit),
                Combinators.combine(file, path, Arbitraries.longs().between(0, 9), Arbitraries.of("ada", "bob", ""))
                        .as(StoredRowsTest::commit),
                path.map(at -> new Command.SetMetadata(
                        at, 0600, Scene.BIRTH, Attributes.NONE.with("user.path", at.toString()))),
                Combinators.combine(file, path).as(Command.Untrash::new));
        Arbitrary<Command> rest = Arbitraries.oneOf(
                file.map(id -> new Command.Discard(Scene.BIRTH.plus(Duration.ofDays(9)), List.of(id))),
                file.map(id -> new Command.ForgetRemoved(Scene.BIRTH.plusSeconds(40), List.of(id))),
                file.map(Command.Abandon::new),
                Arbitraries.of(0L, 3600L).map(Command.SetTrash::new),
                Arbitraries.integers().between(1, 3).map(Command.Dissolve::new),
                Arbitraries.integers().between(1, 4).map(Command.CountUse::new),
                Combinators.combine(path, limit, limit).as(Command.SetQuota::new),
                Combinators.combine(path, limit, limit).as(Command.SetQuota::new));
        return Arbitraries.frequencyOf(Tuple.of(4, change), Tuple.of(2, rest), Tuple.of(1, ofUsers(path, limit)))
                .list()
                .ofMinSize(1)
                .ofMaxSize(5)
                .list()
                .ofMinSize(4)
                .ofMaxSize(25);
    }

    /** Commands for users, groups and their limits. */
    private static Arbitrary<Command> ofUsers(Arbitrary<RemotePath> path, Arbitrary<@Nullable Long> limit) {
        Arbitrary<String> user = Arbitraries.of("root", "ada", "bob");
        Arbitrary<String> group = Arbitraries.of("staff", "guests");
        Arbitrary<Grant> grant =
                Combinators.combine(path, Arbitraries.of(Right.values()).set()).as(Grant::new);
        return Arbitraries.oneOf(
                user.map(name -> new Command.AddUser(name, new byte[] {1}, List.of())),
                user.map(Command.RemoveUser::new),
                user.map(name -> new Command.RotateSecret(name, new byte[] {2})),
                Combinators.combine(user, grant).as(Command.SetRights::new),
                Combinators.combine(group.map(name -> Group.MARK + name), grant).as(Command.SetRights::new),
                group.map(Command.AddGroup::new),
                group.map(Command.RemoveGroup::new),
                Combinators.combine(group, user, Arbitraries.of(true, true, false))
                        .as(Command.SetMember::new),
                Combinators.combine(user, limit, limit)
                        .as((name, bytes, files) -> new Command.SetLimits(name, bytes, files, 3, null)));
    }

    private static Command commit(FileId file, RemotePath path, long size, String owner) {
        return new Command.Commit(
                file,
                path,
                size,
                1,
                Scene.BIRTH,
                owner,
                0644,
                List.of(),
                null,
                List.of(),
                size % 2 == 0 ? Attributes.NONE : Attributes.NONE.with("user.size", String.valueOf(size)));
    }
}
