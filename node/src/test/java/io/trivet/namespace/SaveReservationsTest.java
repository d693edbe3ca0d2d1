package io.trivet.namespace;

import static io.trivet.namespace.Scene.assertRefused;
import static io.trivet.namespace.Scene.commit;
import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.ChunkSize;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Refusal;
import io.trivet.model.Refusal.Kind;
import io.trivet.model.SessionId;
import io.trivet.model.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Rules 3, 4 and 7: open saves are rows, ids are issued once, a commit relies on what is still there. */
final class SaveReservationsTest {
    private static final long CHUNK = ChunkSize.DEFAULT.bytes();
    private final Scene scene = Scene.of(3);
    private final SessionId session = scene.session();

    /** Rule 4. */
    @Test
    void aSaveMayHaveSmallerChunksThanTheCluster() {
        Scene scene = Scene.of(3);
        SessionId session = scene.session();
        ChunkSize chosen = new ChunkSize(4 << 20);
        Outcome.Reserved reserved = (Outcome.Reserved) scene.apply(session, new Command.Reserve(1, -1, 0, chosen));
        assertThat(reserved.chunkSize()).isEqualTo(chosen);
        assertThat(scene.apply(session, Scene.commit(reserved.start(), "/f")))
                .isInstanceOfSatisfying(
                        Outcome.Committed.class,
                        done -> assertThat(done.record().chunkSize()).isEqualTo(chosen));
        for (int bytes : new int[] {ChunkSize.BLOCK_BYTES, ChunkSize.DEFAULT.bytes() + ChunkSize.BLOCK_BYTES}) {
            Scene.assertRefused(
                    scene.apply(session, new Command.Reserve(1, -1, 0, new ChunkSize(bytes))),
                    Refusal.Kind.BAD_REQUEST);
        }
    }

    @Test
    void idsAreIssuedInOrderAndNeverTwice() {
        assertThat(scene.reserve(session, 1).start()).isEqualTo(new FileId(1, 1));
        assertThat(scene.reserve(session, 4096).start()).isEqualTo(new FileId(1, 2));
        scene.apply(session, new Command.Abandon(new FileId(1, 2)));
        assertThat(scene.reserve(scene.session(), 1).start()).isEqualTo(new FileId(1, 4098));
    }

    @Test
    void filesThatReachEveryNodeAndShorterOnesAreCountedApart() {
        assertThat(firstOf(3 * CHUNK)).isEqualTo(0);
        assertThat(firstOf(3 * CHUNK - 1)).isEqualTo(1563);
        assertThat(firstOf(2 * CHUNK)).isEqualTo(0);
        assertThat(firstOf(-1)).isEqualTo(1559);
        assertThat(firstOf(0)).isEqualTo(2 * 1559 % 2520);
        assertThat(firstOf(1L << 40)).isEqualTo(2 * 1563 % 2520);
    }

    private int firstOf(long size) {
        return ((Outcome.Reserved) scene.apply(session, new Command.Reserve(1, size)))
                .first()
                .number();
    }

    @Test
    void aRangeTakesNumbersOfItsOwn() {
        firstOf(-1);
        Outcome.Reserved range = scene.reserve(session, 3);
        assertThat(range.step()).isEqualTo(1559);
        assertThat(IntStream.range(0, 3).mapToObj(range::firstOf))
                .containsExactly(new Slot(1559), new Slot(3118 % 2520), new Slot(4677 % 2520));
        assertThat(firstOf(-1)).isEqualTo(4 * 1559 % 2520);
        scene.apply(session, commit(range.start().plus(2), "/c"));
        assertThat(scene.namespace
                        .wanted(new FileId(1, 1), 10)
                        .contents()
                        .getFirst()
                        .first())
                .isEqualTo(range.firstOf(2));
    }

    @Test
    void commitsOfOneEntryFindTheirReservationsInAnyOrder() {
        FileId first = scene.reserve(session, 4).start();
        FileId second = scene.reserve(session, 4).start();
        List<Operation> entry = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            entry.add(scene.number(session, commit(second.plus(i), "/second" + i)));
            entry.add(scene.number(session, commit(first.plus(i), "/first" + i)));
        }
        assertThat(scene.apply(entry)).allMatch(outcome -> outcome instanceof Outcome.Committed);
        assertRefused(scene.apply(session, commit(first.plus(1), "/again")), Kind.NOT_OPEN);
        assertRefused(scene.apply(session, commit(second.plus(3), "/again")), Kind.NOT_OPEN);
    }

    @Test
    void badReservationsAreRefused() {
        assertRefused(scene.apply(session, new Command.Reserve(0, -1)), Kind.BAD_REQUEST);
        assertRefused(scene.apply(session, new Command.Reserve(Command.MAX_RESERVE + 1, -1)), Kind.BAD_REQUEST);
        assertRefused(scene.apply(session, new Command.Reserve(2, 10)), Kind.BAD_REQUEST);
        assertRefused(scene.apply(session, new Command.Reserve(1, -2)), Kind.BAD_REQUEST);
        assertRefused(scene.apply(session, new Command.Reserve(1, Long.MAX_VALUE)), Kind.BAD_REQUEST);
        assertThat(scene.reserve(session, 1).start()).isEqualTo(new FileId(1, 1));
    }

    @Test
    void thereIsAnEndToOpenReservations() {
        List<Operation> many = IntStream.range(0, SaveReservations.MAX_OF_SESSION)
                .mapToObj(_ -> scene.number(session, new Command.Reserve(1, -1)))
                .toList();
        assertThat(scene.apply(many)).hasOnlyElementsOfType(Outcome.Reserved.class);
        assertRefused(scene.apply(session, new Command.Reserve(1, -1)), Kind.BUSY);
        scene.apply(session, commit(new FileId(1, 1), "/a"));
        assertThat(scene.apply(session, new Command.Reserve(1, -1))).isInstanceOf(Outcome.Reserved.class);
    }

    /** Rule 3. */
    @Test
    void aCommitNeedsTheRowOfItsSession() {
        FileId file = scene.reserve(session, 1).start();
        assertRefused(scene.apply(scene.session(), commit(file, "/a")), Kind.NOT_OPEN);
        assertRefused(scene.apply(session, commit(file.plus(1), "/a")), Kind.NOT_OPEN);
        assertRefused(scene.apply(commit(file, "/a")), Kind.BAD_REQUEST);
        scene.assertMissing("/a");
        assertThat(scene.apply(session, commit(file, "/a"))).isInstanceOf(Outcome.Committed.class);
    }

    /** Rule 3. */
    @Test
    void anIdIsCommittedOnce() {
        FileId file = scene.save(session, "/a");
        assertRefused(scene.apply(session, commit(file, "/b")), Kind.NOT_OPEN);
        FileId start = scene.reserve(session, 3).start();
        scene.apply(session, commit(start.plus(1), "/c"));
        assertRefused(scene.apply(session, commit(start.plus(1), "/d")), Kind.NOT_OPEN);
        assertThat(scene.apply(session, commit(start, "/e"))).isInstanceOf(Outcome.Committed.class);
        assertThat(scene.apply(session, commit(start.plus(2), "/f"))).isInstanceOf(Outcome.Committed.class);
        assertThat(scene.list("/")).containsExactly("a", "c", "e", "f");
    }

    @Test
    void aReservationGoesWithTheLastOfItsIds() {
        FileId start = scene.reserve(session, 2).start();
        scene.apply(session, commit(start, "/a"));
        assertThat(rows("O")).isEqualTo(1);
        scene.apply(session, commit(start.plus(1), "/b"));
        assertThat(rows("O") + rows("P")).isZero();
    }

    /** Rule 3: what was abandoned can never be committed. */
    @Test
    void whatIsAbandonedIsNotOpen() {
        FileId start = scene.reserve(session, 3).start();
        scene.apply(session, commit(start, "/a"));
        assertRefused(scene.apply(scene.session(), new Command.Abandon(start)), Kind.NOT_OPEN);
        assertRefused(scene.apply(session, new Command.Abandon(start.plus(1))), Kind.NOT_OPEN);
        assertThat(scene.apply(session, new Command.Abandon(start))).isEqualTo(new Outcome.Done());
        assertRefused(scene.apply(session, new Command.Abandon(start)), Kind.NOT_OPEN);
        assertRefused(scene.apply(session, commit(start.plus(1), "/b")), Kind.NOT_OPEN);
        assertThat(scene.fileAt("/a")).isEqualTo(start);
        scene.assertDead(start.plus(1));
    }

    /** Rule 3: the end of a session is a log entry, and ends its saves. */
    @Test
    void theSavesOfASessionEndWithIt() {
        FileId open = scene.reserve(session, 2).start();
        FileId committed = scene.save(session, "/a");
        SessionId other = scene.session();
        FileId others = scene.reserve(other, 1).start();
        scene.apply(new Command.EndSession(session));
        assertRefused(scene.apply(session, commit(open, "/b")), Kind.SESSION_ENDED);
        scene.assertDead(open);
        scene.assertAlive(committed);
        scene.assertAlive(others);
    }

    /** Rule 7. */
    @Test
    void aNodeThatLostDataSinceIsCheckedAgain() {
        FileId file = scene.reserve(session, 1).start();
        NodeId n1 = new NodeId(1);
        scene.apply(new Command.RaiseLossEpoch(n1, 4));
        assertRefused(scene.apply(session, commit(file, "/a", new Command.Reliance(n1, 3))), Kind.CHECK_AGAIN);
        scene.assertMissing("/a");
        scene.assertAlive(file);
        assertThat(scene.apply(session, commit(file, "/a", new Command.Reliance(n1, 4))))
                .isInstanceOf(Outcome.Committed.class);
    }

    @Test
    void aCommitReliesOnNodesThatJoined() {
        FileId file = scene.reserve(session, 1).start();
        assertRefused(
                scene.apply(session, commit(file, "/a", new Command.Reliance(new NodeId(9), 0))), Kind.BAD_REQUEST);
    }

    private long rows(String letter) {
        return scene.store.content().keySet().stream()
                .filter(key -> key.startsWith(letter))
                .count();
    }

    /**
     * Rules 3 and 10: an adopted save continues in another session with its own operation numbers;
     * the first session cannot commit it any more.
     */
    @Test
    void anAdoptedSaveBelongsToItsNewSessionAlone() {
        Outcome.Reserved reserved = (Outcome.Reserved) scene.apply(session, new Command.Reserve(1, 9 * CHUNK, 77));
        FileId file = reserved.start();
        SessionId heir = scene.session();
        assertThat(scene.namespace.resumableSessions()).containsExactly(session);
        assertRefused(scene.apply(heir, new Command.Adopt(file, 78)), Kind.NOT_OPEN);
        assertThat(scene.apply(heir, new Command.Adopt(file, 77))).isEqualTo(reserved);
        assertThat(scene.namespace.resumableSessions()).containsExactly(heir);
        assertRefused(scene.apply(session, commit(file, "/late")), Kind.NOT_OPEN);
        scene.apply(new Command.EndSession(session));
        scene.assertAlive(file);
        assertThat(scene.apply(heir, commit(file, "/file"))).isInstanceOf(Outcome.Committed.class);
        assertThat(scene.namespace.resumableSessions()).isEmpty();
        assertRefused(scene.apply(scene.session(), new Command.Adopt(file, 77)), Kind.NOT_OPEN);
    }

    /** Rule 3. */
    @Test
    void whatNobodyMayAdoptEndsWithItsSession() {
        FileId file = scene.reserve(session, 1).start();
        assertRefused(scene.apply(scene.session(), new Command.Adopt(file, 0)), Kind.NOT_OPEN);
        assertRefused(scene.apply(session, new Command.Reserve(2, -1, 5)), Kind.BAD_REQUEST);
        FileId resumable = ((Outcome.Reserved) scene.apply(session, new Command.Reserve(1, 9 * CHUNK, 5))).start();
        scene.apply(new Command.EndSession(session));
        scene.assertDead(file);
        scene.assertDead(resumable);
        assertRefused(scene.apply(scene.session(), new Command.Adopt(resumable, 5)), Kind.NOT_OPEN);
    }
}
