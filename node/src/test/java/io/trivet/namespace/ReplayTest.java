package io.trivet.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.SessionId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Rule 9: replay is exact, and replicas that differ are detected. */
final class ReplayTest {
    private final Scene scene = Scene.of(3);
    private final SessionId session = scene.session();

    @Test
    void anEntryIsOneWrite() {
        List<Operation> commits = hundredCommits("/a/b");
        int before = scene.store.writes();
        scene.apply(commits);
        assertThat(scene.store.writes() - before).isEqualTo(1);
    }

    /**
     * A directory ten levels deep is walked once for all commits of one entry; the rest is four
     * reads for each: outcome, save (twice), name.
     */
    @Test
    void aCommitInADeepDirectoryIsFewReads() {
        String deep = "/1/2/3/4/5/6/7/8/9/10";
        scene.make(deep);
        List<Operation> commits = hundredCommits(deep);
        int before = scene.store.reads();
        scene.apply(commits);
        assertThat(scene.store.reads() - before).isLessThan(100 * 4 + 20);
    }

    private List<Operation> hundredCommits(String directory) {
        FileId start = scene.reserve(session, 100).start();
        return IntStream.range(0, 100)
                .mapToObj(i -> scene.number(session, Scene.commit(start.plus(i), directory + "/" + i)))
                .toList();
    }

    /** Rule 9. */
    @Test
    void anEntryThatWasAppliedIsPassedOver() {
        scene.save(session, "/a");
        var before = scene.store.content();
        Namespace again = Scene.replay(scene.log, scene.store);
        assertThat(again.apply(1, scene.now(), List.of(Operation.unnumbered(new Command.OpenSession()))))
                .isEmpty();
        assertThat(scene.store.content()).isEqualTo(before);
    }

    @Test
    void timeNeverGoesBack() {
        scene.namespace.apply(1000, Scene.BIRTH.plusSeconds(3600), List.of());
        scene.namespace.apply(
                1001, Scene.BIRTH, List.of(Operation.unnumbered(new Command.MakeDirectory(Scene.path("/a")))));
        assertThat(scene.modified("/a")).isEqualTo(Scene.BIRTH.plusSeconds(3600));
        assertThat(scene.namespace.appliedIndex()).isEqualTo(1001);
    }

    /**
     * Rule 9: an entry whose write failed is completely absent, and nothing is applied after the
     * gap.
     */
    @Test
    void afterAFailedWriteNothingIsAppliedUntilTheReplicaStartsAgain() {
        MemoryStore below = scene.store;
        Namespace failing = new Namespace(new FailingStore(below));
        var before = below.content();
        Operation make = Operation.unnumbered(new Command.MakeDirectory(Scene.path("/a")));
        assertThatThrownBy(() -> failing.apply(100, scene.now(), List.of(make)))
                .isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> failing.apply(101, scene.now(), List.of(make)))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> failing.answer(new Query.View())).isInstanceOf(IllegalStateException.class);
        assertThat(below.content()).isEqualTo(before);
        assertThat(new Namespace(below).apply(100, scene.now(), List.of(make))).containsExactly(new Outcome.Done());
    }

    /** Rule 9: a broken row shows a bug or a bad disk; the replica stops instead of guessing. */
    @Test
    void aBrokenRowStopsTheReplica() {
        scene.store.write(List.of(new Store.Change(RowKeys.SETTINGS, new byte[] {1, 2, 3})));
        Operation open = Operation.unnumbered(new Command.OpenSession());
        long applied = scene.namespace.appliedIndex();
        for (int attempt = 0; attempt < 2; attempt++) {
            assertThatThrownBy(() -> scene.namespace.apply(100, scene.now(), List.of(open)))
                    .isInstanceOf(IllegalStateException.class);
        }
        assertThat(scene.namespace.appliedIndex()).isEqualTo(applied);
    }

    /** Rule 9. */
    @Test
    void replicasThatAgreeAttestAlike() {
        Namespace replica = Scene.replay(scene.log, new MemoryStore());
        Command.Attest attest = scene.namespace.attestation();
        assertThat(replica.attestation()).isEqualTo(attest);
        scene.save(session, "/a");
        assertThat(scene.apply(attest)).isEqualTo(new Outcome.Done());
        assertThat(scene.namespace.divergence()).isEmpty();
        assertThat(Scene.replay(scene.log, new MemoryStore()).divergence()).isEmpty();
    }

    /** Rule 9. */
    @Test
    void aReplicaThatDivergedFindsOutAndServesNoMore() {
        MemoryStore store = new MemoryStore();
        Namespace replica = new Namespace(store);
        List<Scene.Logged> log = new ArrayList<>(scene.log);
        Scene.Logged last = log.removeLast();
        log.forEach(entry -> replica.apply(entry.index(), entry.time(), entry.operations()));
        replica.apply(last.index(), last.time(), List.of());
        Command.Attest attest = scene.namespace.attestation();
        List<Operation> entry = List.of(Operation.unnumbered(attest));
        assertThatThrownBy(() -> replica.apply(last.index() + 1, last.time(), entry))
                .isInstanceOf(IllegalStateException.class);
        assertThat(replica.divergence()).map(DivergedException::index).contains(last.index());
        assertThat(replica.divergence()).map(DivergedException::stated).contains(attest.hash());
        assertThatThrownBy(() -> replica.apply(last.index() + 1, last.time(), List.of()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("diverged");
        assertThatThrownBy(() -> replica.answer(new Query.View())).isInstanceOf(IllegalStateException.class);
        assertThat(replica.appliedIndex()).isEqualTo(last.index());
        assertThat(new Namespace(store).divergence()).isEqualTo(replica.divergence());
    }

    /** Rule 9: also after a restart, which leaves only the newest hash. */
    @Test
    void theNewestHashOutlivesARestart() {
        Namespace again = new Namespace(scene.store.copy());
        long index = scene.namespace.appliedIndex();
        assertThat(again.attestation()).isEqualTo(scene.namespace.attestation());
        assertThatThrownBy(() -> again.apply(
                        index + 1, scene.now(), List.of(Operation.unnumbered(new Command.Attest(index, 42)))))
                .isInstanceOf(IllegalStateException.class);
        assertThat(again.divergence()).isPresent();
    }

    @Test
    void aStatementAboutAForgottenEntryIsNoContradiction() {
        StateHash hash = new StateHash(1, 1);
        for (long index = 2; index <= StateHash.REMEMBERED + 1; index++) {
            hash.remember(index, index);
        }
        assertThat(hash.contradict(1, 99)).isEmpty();
        assertThat(hash.contradict(2, 99)).isEqualTo(Optional.of(new DivergedException(2, 2, 99)));
        assertThat(hash.contradict(StateHash.REMEMBERED + 2, 99)).isEmpty();
    }

    @Test
    void anOldDifferenceDoesNotHideBehindEqualChanges() {
        List<Store.Change> same = List.of(new Store.Change(new byte[] {1}, new byte[] {2}));
        assertThat(new StateHash(1, 7).with(same)).isNotEqualTo(new StateHash(1, 8).with(same));
        List<Store.Change> removal = List.of(new Store.Change(new byte[] {1}, null));
        List<Store.Change> empty = List.of(new Store.Change(new byte[] {1}, new byte[0]));
        assertThat(new StateHash(1, 7).with(removal)).isNotEqualTo(new StateHash(1, 7).with(empty));
    }

    /** A disk that can be read but not written. */
    private record FailingStore(Store below) implements Store {
        @Override
        public byte @Nullable [] get(byte[] key) {
            return below.get(key);
        }

        @Override
        public List<Pair> range(byte[] from, byte[] to, int limit) {
            return below.range(from, to, limit);
        }

        @Override
        public void write(List<Change> changes) {
            throw new UncheckedIOException(new IOException("no space left"));
        }

        @Override
        public Snapshot snapshot() {
            return below.snapshot();
        }
    }
}
