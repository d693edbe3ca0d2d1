package io.trivet.node.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Address;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.Command;
import io.trivet.model.Grant;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.SessionId;
import io.trivet.model.User;
import io.trivet.namespace.MemoryStore;
import io.trivet.namespace.Namespace;
import io.trivet.namespace.Store;
import io.trivet.node.LocalCluster;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TrashSumsTest {
    private static final User ADA = new User("ada", 1, List.of(grant("/a")));

    private final SlowStore store = new SlowStore();
    private final Namespace namespace = new Namespace(store);
    private final TrashSums sums = new TrashSums();
    private long index;
    private long sequence;

    /** Simulates a trash that takes long to read. */
    private static final class SlowStore implements Store {
        private final MemoryStore rows = new MemoryStore();
        private long nanos;
        private int reads;

        @Override
        public byte[] get(byte[] key) {
            return rows.get(key);
        }

        @Override
        public List<Pair> range(byte[] from, byte[] to, int limit) {
            if (from[0] == 'G' && nanos > 0) {
                reads++;
                long end = System.nanoTime() + nanos;
                while (System.nanoTime() - end < 0) {
                    Thread.onSpinWait();
                }
            }
            return rows.range(from, to, limit);
        }

        @Override
        public void write(List<Change> changes) {
            rows.write(changes);
        }

        @Override
        public Snapshot snapshot() {
            return rows.snapshot();
        }
    }

    private static Grant grant(String path) {
        return new Grant(RemotePath.parse(path), EnumSet.of(Right.LIST));
    }

    private Outcome apply(Operation operation) {
        return namespace.apply(++index, Instant.EPOCH, List.of(operation)).getFirst();
    }

    private SessionId begin() {
        apply(Operation.unnumbered(new Command.Found(
                new ClusterId(new UUID(1, 2)),
                ChunkSize.DEFAULT,
                1,
                new UUID(1, 0),
                new Address("127.0.0.1", 7777),
                1,
                "",
                3600)));
        return ((Outcome.SessionOpened) apply(Operation.unnumbered(new Command.OpenSession("ada")))).session();
    }

    private void throwAway(SessionId session, String path) {
        Outcome.Reserved reserved =
                (Outcome.Reserved) apply(new Operation(session, ++sequence, 0, new Command.Reserve(1, -1)));
        RemotePath name = RemotePath.parse(path);
        apply(new Operation(
                session,
                ++sequence,
                0,
                new Command.Commit(reserved.start(), name, 7, 1, Instant.EPOCH, "ada", 0644, List.of())));
        apply(new Operation(session, ++sequence, 0, new Command.Remove(name, false)));
    }

    @Test
    void aSumIsKeptForTenTimesAsLongAsItTook() {
        SessionId session = begin();
        throwAway(session, "/a/1");
        throwAway(session, "/b/2");
        store.nanos = 200_000_000;
        assertThat(sums.of(ADA, namespace)).isEqualTo(new TrashSums.Sum(1, 7));
        int reads = store.reads;
        throwAway(session, "/a/3");
        assertThat(sums.of(ADA, namespace)).isEqualTo(new TrashSums.Sum(1, 7));
        assertThat(store.reads).isEqualTo(reads);
        // Other rights give another sum.
        assertThat(sums.of(new User("ada", 1, List.of(grant("/"))), namespace)).isEqualTo(new TrashSums.Sum(3, 21));
    }

    @Test
    void aSumThatTookNoTimeIsMadeAgain() {
        SessionId session = begin();
        throwAway(session, "/a/1");
        assertThat(sums.of(ADA, namespace)).isEqualTo(new TrashSums.Sum(1, 7));
        throwAway(session, "/a/2");
        LocalCluster.await("the sum of now", () -> sums.of(ADA, namespace).equals(new TrashSums.Sum(2, 14)));
    }
}
