package io.trivet.namespace;

import static io.trivet.namespace.Scene.assertRefused;
import static io.trivet.namespace.Scene.commit;
import static io.trivet.namespace.Scene.path;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.trivet.message.StateCodec;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Quota;
import io.trivet.model.QuotaUse;
import io.trivet.model.Refusal.Kind;
import io.trivet.model.SessionId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** All files here have 7 bytes. */
class QuotasTest {
    private final Scene scene = Scene.of(3);
    private final SessionId session = scene.session();

    private void set(String directory, long bytes, long files) {
        assertThat(scene.apply(new Command.SetQuota(path(directory), bytes, files)))
                .isEqualTo(new Outcome.Done());
        count(scene);
    }

    private static void count(Scene scene) {
        while (scene.namespace.isCounting()) {
            scene.apply(new Command.CountUse(2));
        }
    }

    private static QuotaUse use(Scene scene, String directory) {
        QueryResult.Quotas all = (QueryResult.Quotas) scene.namespace.answer(new Query.Quotas(0));
        return all.quotas().stream()
                .filter(use -> use.directory().equals(path(directory)))
                .findFirst()
                .orElseThrow();
    }

    private void assertUse(String directory, long bytes, long files) {
        QuotaUse use = use(scene, directory);
        assertThat(use.usedBytes()).as("bytes of %s", directory).isEqualTo(bytes);
        assertThat(use.usedFiles()).as("names in %s", directory).isEqualTo(files);
    }

    private Outcome save(String path) {
        return scene.apply(session, commit(scene.reserve(session, 1).start(), path));
    }

    @Test
    void bytesAreRefusedBeyondTheQuotaWithASentenceThatNamesDirectoryLimitAndUse() {
        scene.make("/a");
        set("/a", 20, Quota.NO_LIMIT);
        scene.save(session, "/a/1");
        scene.save(session, "/a/b/2");
        Outcome third = save("/a/b/3");

        assertRefused(third, Kind.QUOTA);
        assertThat(((Outcome.Refused) third).refusal().message())
                .isEqualTo("/a: over quota: its quota is 20 bytes, of which 14 are used, and this takes 7 more: "
                        + "remove something, or ask an administrator for more");
        scene.assertMissing("/a/b/3");
        assertUse("/a", 14, 3);
        scene.save(session, "/elsewhere");
    }

    @Test
    void namesOfFilesAndDirectoriesAreRefusedBeyondTheQuota() {
        scene.make("/a");
        set("/a", Quota.NO_LIMIT, 2);
        scene.save(session, "/a/d/1");

        assertRefused(save("/a/2"), Kind.QUOTA);
        assertRefused(scene.apply(new Command.MakeDirectory(path("/a/e"))), Kind.QUOTA);
        scene.assertMissing("/a/e");
        assertUse("/a", 7, 2);
    }

    @Test
    void whatIsReplacedMakesRoomForWhatReplacesIt() {
        scene.make("/a");
        set("/a", 7, 1);
        scene.save(session, "/a/1");
        scene.save(session, "/a/1");
        assertUse("/a", 7, 1);
    }

    @Test
    void whatIsRenamedCountsWhereItIs() {
        scene.make("/a");
        set("/a", 14, Quota.NO_LIMIT);
        scene.save(session, "/a/1");
        scene.save(session, "/b/2");
        scene.save(session, "/b/3");

        assertRefused(scene.rename(session, "/b", "/a/b"), Kind.QUOTA);
        assertThat(scene.rename(session, "/b/2", "/a/2")).isEqualTo(new Outcome.Done());
        assertUse("/a", 14, 2);
        assertThat(scene.rename(session, "/a/2", "/a/again")).isEqualTo(new Outcome.Done());
        assertUse("/a", 14, 2);
        assertRefused(scene.rename(session, "/b/3", "/a/3"), Kind.QUOTA);
        assertThat(scene.rename(session, "/b/3", "/a/1")).isEqualTo(new Outcome.Done());
        assertThat(scene.rename(session, "/a/1", "/1")).isEqualTo(new Outcome.Done());
        assertUse("/a", 7, 1);
    }

    @Test
    void aQuotaStaysWithItsDirectoryAndGoesWithIt() {
        scene.save(session, "/a/1");
        set("/a", 100, Quota.NO_LIMIT);
        assertThat(scene.namespace.quotasWithin(path("/"))).isEqualTo(1);
        scene.make("/up");
        scene.rename(session, "/a", "/up/b");
        assertUse("/up/b", 7, 1);
        assertThat(scene.namespace.quotasWithin(path("/up"))).isEqualTo(1);

        scene.remove(session, "/up", true);
        assertThat(scene.namespace.quotasWithin(path("/"))).isZero();
        while (scene.namespace.hasDetached()) {
            scene.apply(new Command.Dissolve(1));
        }
        assertThat(scene.store.content().keySet()).noneMatch(key -> key.startsWith("Q"));
    }

    @Test
    void whatIsInTheTrashDoesNotCountAndIsNotRestoredBeyondTheQuota() {
        scene.apply(new Command.SetTrash(3600));
        scene.make("/a");
        set("/a", 7, Quota.NO_LIMIT);
        FileId file = scene.save(session, "/a/1");
        scene.remove(session, "/a/1", false);
        assertUse("/a", 0, 0);
        scene.save(session, "/a/2");

        assertRefused(scene.apply(session, new Command.Untrash(file, path("/a/1"))), Kind.QUOTA);
        assertThat(scene.namespace.trashed(file)).isPresent();
        assertThat(scene.apply(session, new Command.Untrash(file, path("/1")))).isEqualTo(new Outcome.Done());
    }

    @Test
    void eachDirectoryAboveMayRefuse() {
        scene.make("/a/b");
        set("/a", 7, Quota.NO_LIMIT);
        set("/a/b", 100, Quota.NO_LIMIT);
        scene.save(session, "/a/b/1");
        Outcome second = save("/a/b/2");
        assertRefused(second, Kind.QUOTA);
        assertThat(((Outcome.Refused) second).refusal().subject()).isEqualTo("/a");
    }

    @Test
    void aQuotaBelowWhatIsInUseRefusesWhatIsMoreAndNothingElse() {
        scene.save(session, "/a/1");
        scene.save(session, "/a/2");
        set("/a", 3, 1);
        assertUse("/a", 14, 2);
        assertRefused(save("/a/3"), Kind.QUOTA);
        scene.save(session, "/a/1");
        assertThat(scene.rename(session, "/a/1", "/a/x")).isEqualTo(new Outcome.Done());
        assertThat(scene.remove(session, "/a/x", false)).isEqualTo(new Outcome.Done());
        assertUse("/a", 7, 1);
    }

    @Test
    void whatIsNotNamedStaysAsItIs() {
        scene.make("/a");
        set("/a", 100, 5);
        scene.apply(new Command.SetQuota(path("/a"), null, Quota.NO_LIMIT));
        assertThat(use(scene, "/a").quota()).isEqualTo(new Quota(100, Quota.NO_LIMIT));
        scene.apply(new Command.SetQuota(path("/a"), Quota.NO_LIMIT, null));
        assertThat(((QueryResult.Quotas) scene.namespace.answer(new Query.Quotas(0))).quotas())
                .isEmpty();
        assertRefused(scene.apply(new Command.SetQuota(path("/a"), -2L, null)), Kind.BAD_REQUEST);
        assertRefused(scene.apply(new Command.SetQuota(path("/none"), 1L, null)), Kind.NO_SUCH_FILE);
    }

    /** What existed before is counted in steps, and anything may happen between them. */
    @Test
    void whatChangesWhileItIsCountedIsCountedOnce() {
        for (int i = 0; i < 10; i++) {
            scene.save(session, "/a/d" + i + "/" + i);
        }
        FileId open = scene.reserve(session, 1).start();
        scene.apply(new Command.SetQuota(path("/a"), 1000L, 1000L));
        scene.apply(new Command.CountUse(5));
        scene.make("/a/new");
        scene.rename(session, "/a/d1", "/a/d9/d1");
        scene.rename(session, "/a/d8", "/b");
        scene.apply(new Command.CountUse(5));
        scene.apply(new Command.CountUse(5));
        scene.apply(new Command.CountUse(4));
        scene.apply(session, commit(open, "/a/open"));
        scene.rename(session, "/a/d2/2", "/a/d3/2");
        scene.rename(session, "/a/d7/7", "/a/d3/7");
        scene.remove(session, "/a/d4", true);
        scene.save(session, "/a/d5/5");
        count(scene);

        assertUse("/a", 9 * 7, 9 + 9);
    }

    /** A path of many new directories counts as the same made one by one does, and is made or refused as a whole. */
    @Test
    void directoriesOnTheWayToAPathAreCounted() {
        Scene other = Scene.of(3);
        for (Scene each : List.of(scene, other)) {
            each.make("/a/b");
            each.apply(new Command.SetQuota(path("/a"), Quota.NO_LIMIT, 500L));
            count(each);
        }
        String deep = "/a/b" + "/d".repeat(400);
        assertThat(scene.apply(new Command.MakeDirectory(path(deep)))).isEqualTo(new Outcome.Done());
        for (int depth = 1; depth <= 400; depth++) {
            other.make("/a/b" + "/d".repeat(depth));
        }
        assertThat(uses(scene)).isEqualTo(uses(other)).hasSizeGreaterThan(400);
        assertThat(use(scene, "/a").usedFiles()).isEqualTo(401);
        assertRefused(scene.apply(new Command.MakeDirectory(path(deep + "/e".repeat(100)))), Kind.QUOTA);
        assertThat(uses(scene)).isEqualTo(uses(other));
        assertThat(scene.apply(new Command.MakeDirectory(path(deep + "/e".repeat(99)))))
                .isEqualTo(new Outcome.Done());
    }

    private static Map<String, String> uses(Scene scene) {
        Map<String, String> rows = new TreeMap<>();
        scene.store.content().forEach((key, value) -> {
            if (key.startsWith("A")) {
                rows.put(key, String.valueOf(value));
            }
        });
        return rows;
    }

    /** What counts is counted again: a sum in a backup is not trusted. */
    @Test
    void aRestoredNamespaceCountsAgain() throws IOException {
        scene.save(session, "/a/b/1");
        scene.save(session, "/a/2");
        set("/a", 20, Quota.NO_LIMIT);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        scene.namespace.backup(out);
        Backup.checkRows(new ByteArrayInputStream(out.toByteArray()));
        Scene other = new Scene();
        Backup.replay(
                new ByteArrayInputStream(out.toByteArray()),
                new io.trivet.model.NodeId(0),
                2,
                command -> assertThat(other.apply(command)).isEqualTo(new Outcome.Done()));
        other.namespace.requireConsistent(1);
        assertThat(other.namespace.quotasWithin(path("/"))).isEqualTo(1);
        assertThat(other.namespace.isCounting()).isTrue();
        count(other);

        assertThat(use(other, "/a").usedBytes()).isEqualTo(14);
        assertThat(use(other, "/a").usedFiles()).isEqualTo(3);
        SessionId begun = other.session();
        assertRefused(other.apply(begun, commit(other.reserve(begun, 1).start(), "/a/3")), Kind.QUOTA);
    }

    @Test
    void thereAreNoMoreQuotasThanThereMayBe() {
        for (int i = 0; i < Command.MAX_QUOTAS; i++) {
            scene.apply(List.of(
                    io.trivet.model.Operation.unnumbered(new Command.MakeDirectory(path("/d" + i))),
                    io.trivet.model.Operation.unnumbered(new Command.SetQuota(path("/d" + i), 1L, null))));
        }
        scene.make("/more");
        assertRefused(scene.apply(new Command.SetQuota(path("/more"), 1L, null)), Kind.BAD_REQUEST);
        assertThat(scene.apply(new Command.SetQuota(path("/d0"), 2L, null))).isEqualTo(new Outcome.Done());
    }

    /** The rows are read before all of them can be compared. */
    @Test
    void aBackupThatLeadsInACircleEndsTheCounting() {
        Transaction rows = new Transaction(scene.store);
        rows.put(RowKeys.directoryLocation(8), new EntryKey(9, ByteString.copyFromUtf8("x")).row());
        rows.put(RowKeys.directoryLocation(9), new EntryKey(8, ByteString.copyFromUtf8("y")).row());
        rows.put(RowKeys.quota(8), StateCodec.to(new Quota(1, 1)));
        new Quotas(rows).recount();
        assertThat(new Quotas(rows).page(0).quotas()).isEmpty();
    }

    /** A namespace without quotas has the same rows as before: an earlier release can read them. */
    @Test
    void nothingIsCountedWithoutAQuota() {
        scene.save(session, "/a/1");
        assertThat(scene.store.content().keySet())
                .noneMatch(key -> key.startsWith("A") || key.startsWith("W") || key.startsWith("Q"));
    }
}
