package io.trivet.namespace;

import static io.trivet.namespace.Scene.assertRefused;
import static io.trivet.namespace.Scene.commit;
import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Refusal.Kind;
import io.trivet.model.SessionId;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Rule 10: every operation takes effect once. */
final class SessionsTest {
    private final Scene scene = Scene.of(3);
    private final SessionId session = scene.session();

    /** Rule 10. */
    @Test
    void aRetryIsAnsweredAndNotAppliedAgain() {
        Operation reserve = scene.number(session, new Command.Reserve(1, -1));
        Outcome first = scene.apply(List.of(reserve)).getFirst();
        assertThat(scene.apply(List.of(reserve, reserve))).containsExactly(first, first);
        assertThat(scene.reserve(session, 1).start()).isEqualTo(new FileId(1, 2));
    }

    /** Rule 10: another file got the name in between, and the retry does not take it back. */
    @Test
    void aRetriedCommitDoesNotReplaceWhatCameAfterIt() {
        FileId file = scene.reserve(session, 1).start();
        Operation commit = scene.number(session, commit(file, "/a"));
        Outcome first = scene.apply(List.of(commit)).getFirst();
        FileId later = scene.save(scene.session(), "/a");
        assertThat(scene.apply(List.of(commit))).containsExactly(first);
        assertThat(scene.fileAt("/a")).isEqualTo(later);
    }

    /** Rule 10. */
    @Test
    void aRefusalIsAnOutcomeToo() {
        Operation remove = scene.number(session, new Command.Remove(Scene.path("/a"), false));
        assertRefused(scene.apply(List.of(remove)).getFirst(), Kind.NO_SUCH_FILE);
        scene.save(scene.session(), "/a");
        assertRefused(scene.apply(List.of(remove)).getFirst(), Kind.NO_SUCH_FILE);
        assertThat(scene.list("/")).containsExactly("a");
    }

    /** Rule 10: an outcome that is no longer kept is answered as unknown, not as failed. */
    @Test
    void anOutcomeThatIsNotKeptIsUnknown() {
        Operation first = new Operation(session, 1, 0, new Command.MakeDirectory(Scene.path("/a")));
        Operation second = new Operation(session, 2, 2, new Command.MakeDirectory(Scene.path("/b")));
        scene.apply(List.of(first, second));
        assertRefused(scene.apply(List.of(first)).getFirst(), Kind.OUTCOME_UNKNOWN);
        assertThat(scene.apply(List.of(second))).containsExactly(new Outcome.Done());
        assertThat(outcomesKept()).isEqualTo(1);
    }

    @Test
    void operationsMayArriveInAnyOrder() {
        Operation first = new Operation(session, 1, 0, new Command.MakeDirectory(Scene.path("/a")));
        Operation second = new Operation(session, 2, 0, new Command.MakeDirectory(Scene.path("/b")));
        scene.apply(List.of(second, first));
        assertThat(scene.list("/")).containsExactly("a", "b");
    }

    @Test
    void anEndedSessionIsRefused() {
        Operation make = scene.number(session, new Command.MakeDirectory(Scene.path("/a")));
        scene.apply(List.of(make));
        scene.apply(new Command.EndSession(session));
        assertRefused(scene.apply(List.of(make)).getFirst(), Kind.SESSION_ENDED);
        assertRefused(scene.apply(new SessionId(77), make.command()), Kind.SESSION_ENDED);
        assertThat(scene.apply(new Command.EndSession(session))).isEqualTo(new Outcome.Done());
        assertThat(outcomesKept()).isZero();
    }

    @Test
    void aSessionEndsItself() {
        scene.reserve(session, 5);
        assertThat(scene.apply(session, new Command.EndSession(session))).isEqualTo(new Outcome.Done());
        assertThat(scene.store.content().keySet()).noneMatch(key -> key.matches("[OPRS] .*"));
    }

    @Test
    void whatDoesHarmWhenRepeatedNeedsASession() {
        scene.make("/a");
        assertRefused(scene.apply(new Command.Reserve(1, -1)), Kind.BAD_REQUEST);
        assertRefused(scene.apply(new Command.Abandon(new FileId(1, 1))), Kind.BAD_REQUEST);
        assertRefused(scene.apply(new Command.Rename(Scene.path("/a"), Scene.path("/b"))), Kind.BAD_REQUEST);
        assertRefused(scene.apply(new Command.Remove(Scene.path("/a"), false)), Kind.BAD_REQUEST);
        assertThat(scene.list("/")).containsExactly("a");
    }

    @Test
    void noOperationIsAnsweredBeforeItIsSent() {
        Operation odd = new Operation(session, 1, 2, new Command.MakeDirectory(Scene.path("/a")));
        assertRefused(scene.apply(List.of(odd)).getFirst(), Kind.BAD_REQUEST);
        scene.assertMissing("/a");
    }

    @Test
    void aClientThatTakesNoAnswersIsHeldBack() {
        Command make = new Command.MakeDirectory(Scene.path("/a"));
        Operation far = new Operation(session, Sessions.MAX_UNANSWERED, 0, make);
        assertRefused(scene.apply(List.of(far)).getFirst(), Kind.BUSY);
        scene.assertMissing("/a");
        Operation near = new Operation(session, Sessions.MAX_UNANSWERED - 1, 0, make);
        assertThat(scene.apply(List.of(near))).containsExactly(new Outcome.Done());
        Operation on = new Operation(session, 1L << 60, 1L << 60, make);
        assertThat(scene.apply(List.of(on))).containsExactly(new Outcome.Done());
        assertThat(outcomesKept()).isEqualTo(1);
    }

    /**
     * Rule 10: however often and in whatever order operations arrive, each takes effect the first
     * time and gets the same answer afterwards.
     */
    @Property(tries = 100)
    void everyOperationHappensOnceUnderDuplicationAndReordering(
            @ForAll @Size(max = 40) List<@IntRange(max = 9) Integer> deliveries,
            @ForAll @IntRange(min = 1, max = 5) int batch) {
        Scene noisy = Scene.of(3);
        Scene once = Scene.of(3);
        SessionId mine = noisy.session();
        once.session();
        List<Operation> sent = IntStream.range(0, 10)
                .mapToObj(i -> new Operation(mine, i + 1, 0, command(i)))
                .toList();
        Outcome[] outcomes = new Outcome[sent.size()];
        deliveries.stream()
                .distinct()
                .forEach(i -> outcomes[i] = once.apply(List.of(sent.get(i))).getFirst());
        for (int from = 0; from < deliveries.size(); from += batch) {
            List<Integer> part = deliveries.subList(from, Math.min(from + batch, deliveries.size()));
            List<Outcome> answers = noisy.apply(part.stream().map(sent::get).toList());
            for (int i = 0; i < part.size(); i++) {
                assertThat(answers.get(i)).isEqualTo(outcomes[part.get(i)]);
            }
        }
        assertThat(noisy.list("/")).isEqualTo(once.list("/"));
        assertThat(noisy.namespace.wanted(new FileId(1, 1), 100).contents())
                .isEqualTo(once.namespace.wanted(new FileId(1, 1), 100).contents());
    }

    private static Command command(int i) {
        return switch (i % 5) {
            case 0 -> new Command.Reserve(1, -1);
            case 1 -> commit(new FileId(1, 1), "/a");
            case 2 -> new Command.Rename(Scene.path("/a"), Scene.path("/b"));
            case 3 -> commit(new FileId(1, 2), "/b");
            default -> new Command.Remove(Scene.path("/b"), false);
        };
    }

    private long outcomesKept() {
        return scene.store.content().keySet().stream()
                .filter(key -> key.startsWith("R"))
                .count();
    }
}
