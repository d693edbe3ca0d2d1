package io.trivet.namespace;

import static io.trivet.namespace.Scene.assertRefused;
import static io.trivet.namespace.Scene.commit;
import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.message.CommandCodec;
import io.trivet.message.QueryCodec;
import io.trivet.message.StateCodec;
import io.trivet.model.ChunkRange;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.IdState;
import io.trivet.model.Operation;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal.Kind;
import io.trivet.model.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rules 3, 4 and 5 in the namespace: the states of ids, and when one is dead. */
final class SweepingTest {
    private final Scene scene = Scene.of(3);
    private final SessionId session = scene.session();

    @Test
    void manyIdsAreAnsweredAtOnceAndSurviveTheWire() {
        FileId alive = scene.save(session, "/alive");
        FileId removed = scene.save(session, "/removed");
        scene.remove(session, "/removed", false);
        Instant since = scene.now();
        FileId open = scene.reserve(session, 1).start();
        FileId dead = scene.reserve(session, 1).start();
        scene.apply(session, new Command.Abandon(dead));
        Query query = new Query.IdStates(List.of(alive, removed, open, dead, dead.plus(1), new FileId(2, 1)));
        QueryResult queryResult = scene.namespace.answer(QueryCodec.from(QueryCodec.to(query)));
        assertThat(queryResult)
                .isEqualTo(new QueryResult.IdStates(
                        true,
                        List.of(
                                new IdState.Alive(List.of(new ChunkRange(1, 1))),
                                new IdState.Removed(since),
                                new IdState.Alive(),
                                new IdState.Dead(),
                                new IdState.Unknown(),
                                new IdState.Unknown())));
        assertThat(QueryCodec.from(QueryCodec.to(queryResult))).isEqualTo(queryResult);
    }

    /** Rule 5: a removed file is dead once its grace is over, not before; no row of it remains. */
    @Test
    void aForgottenRemovalIsDead() {
        FileId early = scene.save(session, "/early");
        FileId late = scene.save(session, "/late");
        FileId kept = scene.save(session, "/kept");
        scene.remove(session, "/early", false);
        Instant between = scene.now().plusMillis(1);
        scene.remove(session, "/late", false);
        Instant removedLate = scene.now();
        scene.apply(new Command.ForgetRemoved(between, List.of(early, late, kept, new FileId(1, 77))));
        scene.assertDead(early);
        scene.assertRemoved(late, removedLate);
        scene.assertAlive(kept);
        scene.apply(new Command.ForgetRemoved(removedLate, List.of(late)));
        scene.assertRemoved(late, removedLate);
        scene.apply(new Command.ForgetRemoved(removedLate.plusMillis(1), List.of(late)));
        scene.assertDead(late);
        assertThat(scene.store.content().keySet()).noneMatch(key -> key.startsWith("Z") || key.startsWith("Y"));
    }

    /** Rule 3: an id that was removed and forgotten can never be committed again. */
    @Test
    void theDeadStayDead() {
        FileId start = scene.reserve(session, 3).start();
        scene.apply(session, commit(start, "/a"));
        scene.remove(session, "/a", false);
        scene.apply(new Command.ForgetRemoved(scene.now().plusSeconds(9), List.of(start)));
        scene.assertDead(start);
        scene.assertAlive(start.plus(1));
        assertRefused(scene.apply(session, commit(start, "/b")), Kind.NOT_OPEN);
        scene.apply(new Command.EndSession(session));
        assertRefused(scene.apply(session, commit(start.plus(1), "/b")), Kind.SESSION_ENDED);
        scene.assertDead(start.plus(1));
    }

    @Test
    void removedFilesAreFoundPageByPage() {
        for (int i = 0; i < 5; i++) {
            scene.save(session, "/" + i);
            scene.remove(session, "/" + i, false);
        }
        Instant all = scene.now().plusMillis(1);
        RemovedPage first = scene.namespace.removedBefore(all, new FileId(1, 1), 3);
        assertThat(first.ids()).containsExactly(new FileId(1, 1), new FileId(1, 2), new FileId(1, 3));
        assertThat(first.next()).isEqualTo(new FileId(1, 4));
        RemovedPage second = scene.namespace.removedBefore(all, new FileId(1, 4), 3);
        assertThat(second.ids()).containsExactly(new FileId(1, 4), new FileId(1, 5));
        assertThat(second.next()).isNull();
        assertThat(scene.namespace
                        .removedBefore(Scene.BIRTH, new FileId(1, 1), 3)
                        .ids())
                .isEmpty();
    }

    /** Rule 4: an operator turns sweeping off and on, and every view shows it. */
    @Test
    void sweepingIsASetting() {
        assertThat(scene.view().sweepSettings().on()).isTrue();
        assertThat(scene.view().sweepSettings().grace()).isEqualTo(Duration.ofHours(1));
        long before = scene.view().version();
        scene.apply(new Command.SetSweeping(false, 7));
        assertThat(scene.view().sweepSettings().on()).isFalse();
        assertThat(scene.view().sweepSettings().grace()).isEqualTo(Duration.ofSeconds(7));
        assertThat(scene.view().version()).isGreaterThan(before);
        assertThat(((QueryResult.IdStates) scene.namespace.answer(new Query.IdStates(List.of()))).sweeping())
                .isFalse();
        scene.apply(new Command.SetSweeping(true, 0));
        assertThat(scene.view().sweepSettings().on()).isTrue();
        assertThat(scene.view().sweepSettings().grace()).isEqualTo(Duration.ofSeconds(7));
        assertRefused(scene.apply(new Command.SetSweeping(true, -1)), Kind.BAD_REQUEST);
        assertThat(StateCodec.from(StateCodec.to(scene.view()))).isEqualTo(scene.view());
    }

    @Test
    void theCommandsSurviveTheLog() {
        for (Command command : List.of(
                new Command.ForgetRemoved(Instant.ofEpochMilli(5), List.of(new FileId(1, 2))),
                new Command.SetSweeping(true, 9))) {
            Operation operation = Operation.unnumbered(command);
            assertThat(CommandCodec.from(CommandCodec.to(operation))).isEqualTo(operation);
        }
    }

    @Test
    void tooManyIdsAreRefused() {
        assertRefused(
                scene.apply(new Command.ForgetRemoved(
                        scene.now(), Collections.nCopies(Command.MAX_FORGET + 1, new FileId(1, 1)))),
                Kind.BAD_REQUEST);
    }
}
