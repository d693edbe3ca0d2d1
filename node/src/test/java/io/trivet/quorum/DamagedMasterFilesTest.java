package io.trivet.quorum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.namespace.StateMachine;
import io.trivet.namespace.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.ratis.server.protocol.TermIndex;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each file of a master truncated at every byte, or zeroed from there on: the master continues, or
 * names the damaged file.
 */
final class DamagedMasterFilesTest {
    private static final String VOTE = "#\n#Sun Nov 29 02:39:21 UTC 2026\nterm=12\nvotedFor=n1\n";

    @TempDir
    Path directory;

    /** The bytes truncated at every {@code step}-th position, and the same padded with zeros. */
    private static List<byte[]> damagedForms(byte[] whole, int step) {
        List<byte[]> forms = new ArrayList<>();
        for (int at = 0; at < whole.length; at += step) {
            forms.add(Arrays.copyOf(whole, at));
            forms.add(Arrays.copyOf(Arrays.copyOf(whole, at), whole.length));
        }
        return forms;
    }

    @Test
    void aVoteThatIsCutOffIsNeverTakenForAnother() throws IOException {
        Path file = Files.writeString(directory.resolve("raft-meta"), VOTE);
        assertThat(VoteFile.isSound(file)).isTrue();
        for (byte[] damaged : damagedForms(VOTE.getBytes(StandardCharsets.US_ASCII), 1)) {
            Files.write(file, damaged);
            assertThat(VoteFile.isSound(file))
                    .as(new String(damaged, StandardCharsets.US_ASCII))
                    .isFalse();
        }
    }

    @Test
    void aDamagedIncarnationCountsAsAnOlderLog() throws IOException {
        Incarnation.first(directory);
        Path file = directory.resolve("incarnation");
        byte[] whole = Files.readAllBytes(file);
        for (byte[] damaged : damagedForms(whole, 1)) {
            Files.write(file, damaged);
            boolean saysAll = Arrays.equals(damaged, Arrays.copyOf(whole, whole.length - 1));
            assertThat(Incarnation.next(directory).isOlder()).isEqualTo(!saysAll);
        }
    }

    @Test
    void damagedRecordsOfPeersBeginAnew() throws IOException {
        Path file = directory.resolve("peers");
        for (byte[] damaged :
                List.of(new byte[0], new byte[40], new byte[] {(byte) 0xc3, 0x28, 'n', '1', ' ', 'x', 10})) {
            Files.write(file, damaged);
            new PeerRecords(directory, System::nanoTime);
        }
    }

    @Test
    void mastersWhoseVotesAndIncarnationsAreDamagedGoOn() throws Exception {
        try (Masters masters = Masters.three(directory)) {
            masters.done(masters.make("/a"));
            masters.stopAll();
            Path vote = VoteFile.in(masters.group(0).resolve("current"));
            Files.write(vote, Arrays.copyOf(Files.readAllBytes(vote), (int) Files.size(vote) - 4));
            Files.write(masters.home(1).resolve("incarnation"), new byte[100]);
            for (int node = 0; node < 3; node++) {
                masters.restart(node);
            }

            assertThat(masters.count("/a")).isEqualTo(1);
            masters.done(masters.make("/a"));
            assertThat(masters.count("/a")).isEqualTo(2);
            Masters.await(
                    () -> masters.quorum(0).isSettled() && masters.quorum(1).isSettled());
        }
    }

    @Test
    void theVotesOfAllMastersAtOnceAreNoEnd() throws Exception {
        try (Masters masters = Masters.three(directory)) {
            masters.done(masters.make("/a"));
            masters.stopAll();
            for (int node = 0; node < 3; node++) {
                Files.write(VoteFile.in(masters.group(node).resolve("current")), new byte[64]);
                masters.restart(node);
            }

            masters.done(masters.make("/a"));
            assertThat(masters.count("/a")).isEqualTo(2);
        }
    }

    @Test
    void aMasterThatIsAloneGoesOnWithoutItsVoteAndIncarnation() throws Exception {
        try (Masters masters = Masters.of(directory, 1, 20_000, 1 << 20)) {
            masters.done(masters.make("/a"));
            masters.stop(0);
            Files.write(VoteFile.in(masters.group(0).resolve("current")), new byte[64]);
            Files.write(masters.home(0).resolve("incarnation"), new byte[64]);
            masters.restart(0);

            masters.done(masters.make("/a"));
            assertThat(masters.count("/a")).isEqualTo(2);
        }
    }

    /**
     * A state of some entries, on disk as a killed process leaves it, and a checkpoint of its first
     * entries.
     */
    private Path filled() throws IOException {
        Path state = directory.resolve("state");
        try (RocksStore store = RocksStore.open(state)) {
            for (int entry = 1; entry <= 500; entry++) {
                store.write(List.of(put("!index", Integer.toString(entry)), put("key" + entry, "x".repeat(100))));
                if (entry == 300) {
                    store.checkpoint(directory.resolve("checkpoint"));
                }
            }
        }
        return state;
    }

    private static Store.Change put(String key, String value) {
        return new Store.Change(key.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8));
    }

    private static StateMachine reading(Store store) {
        return new StateMachine() {
            @Override
            public List<Outcome> apply(long index, Instant time, List<Operation> operations) {
                return List.of();
            }

            @Override
            public QueryResult answer(Query query) {
                throw new UnsupportedOperationException("nobody asks");
            }

            @Override
            public long appliedIndex() {
                return applied(store);
            }
        };
    }

    private static long applied(Store store) {
        byte[] index = store.get("!index".getBytes(StandardCharsets.UTF_8));
        return index == null ? 0 : Long.parseLong(new String(index, StandardCharsets.UTF_8));
    }

    private Optional<CheckpointStore.Checkpoint> checkpoint() {
        return Optional.of(
                new CheckpointStore.Checkpoint(TermIndex.valueOf(1, 300), 300, directory.resolve("checkpoint"), null));
    }

    @Test
    void aDamagedStateIsWholeOrIsTakenFromTheCheckpoint() throws IOException {
        Path state = filled();
        Path pristine = directory.resolve("pristine");
        CheckpointFiles.share(state, pristine);
        for (Path file : CheckpointFiles.in(pristine)) {
            String name = file.getFileName().toString();
            byte[] whole = Files.readAllBytes(file);
            for (byte[] damaged : damagedForms(whole, Math.max(1, whole.length / 12))) {
                CheckpointFiles.remove(state);
                CheckpointFiles.share(pristine, state);
                Files.delete(state.resolve(name)); // a hard link, shared with the checkpoint
                Files.write(state.resolve(name), damaged);
                try (OpenState opened = open(state)) {
                    assertThat(opened.appliedIndex()).as(name).isBetween(300L, 500L);
                }
            }
        }
    }

    /** As after a failure: RocksDB detects damage in a table only when it reads that part. */
    private OpenState open(Path state) throws IOException {
        try {
            OpenState opened = OpenState.open(state, checkpoint(), DamagedMasterFilesTest::reading);
            try {
                opened.store().verify();
                return opened;
            } catch (IOException e) {
                assertThat(FailureKind.isDamage(e) || e.getMessage().contains(state.toString()))
                        .isTrue();
                opened.close();
            }
        } catch (UncheckedIOException e) {
            assertThat(e.getMessage()).contains(state.toString());
        }
        OpenState.condemn(state);
        return OpenState.open(state, checkpoint(), DamagedMasterFilesTest::reading);
    }

    /** Rule 8: nothing is invented; the seat is filled again from the other masters. */
    @Test
    void aDamagedCheckpointBelowADamagedStateIsSaid() throws IOException {
        Path state = filled();
        for (Path table : CheckpointFiles.in(directory.resolve("checkpoint"))) {
            if (table.toString().endsWith(".sst")) {
                byte[] bytes = Files.readAllBytes(table);
                Arrays.fill(bytes, 0, bytes.length / 2, (byte) 0);
                Files.write(table, bytes);
            }
        }
        OpenState.condemn(state);

        assertThatThrownBy(() -> OpenState.open(state, checkpoint(), DamagedMasterFilesTest::reading))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(state.toString())
                .satisfies(failure ->
                        assertThat(RatisQuorum.mayPass((IOException) failure)).isFalse());
    }
}
