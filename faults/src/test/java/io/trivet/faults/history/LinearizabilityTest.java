package io.trivet.faults.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Tests the checker with histories whose verdict is obvious. A letter is a name, a number the
 * content of a file.
 */
@Timeout(20)
class LinearizabilityTest {
    private static final RemotePath A = RemotePath.parse("/a");
    private static final RemotePath B = RemotePath.parse("/b");
    private static final Result DONE = new Result.Done();
    private static final Result MISSING = new Result.Refused(Refusal.Kind.NO_SUCH_FILE);
    private static final Result UNKNOWN = new Result.Unknown();

    private final List<Call> history = new ArrayList<>();

    private void call(int from, int to, NameOperation operation, Result result) {
        history.add(new Call(history.size(), from, to, operation, result));
    }

    private static NameOperation save(RemotePath path, int content) {
        return new NameOperation.Save(path, content);
    }

    private static NameOperation rename(RemotePath from, RemotePath to) {
        return new NameOperation.Rename(from, to);
    }

    private static NameOperation stat(RemotePath path) {
        return new NameOperation.Stat(path);
    }

    private static NameOperation remove(RemotePath path) {
        return new NameOperation.Remove(path);
    }

    private static Result is(int content) {
        return new Result.Is(new Thing.File(content));
    }

    private void isLinearizable() {
        assertThat(Linearizability.check(history)).isEmpty();
    }

    private void isNot() {
        assertThat(Linearizability.check(history)).isPresent();
    }

    @Test
    void nothingIsLinearizable() {
        isLinearizable();
    }

    @Test
    void whatWasSavedIsSeenAfterwards() {
        call(1, 2, save(A, 7), DONE);
        call(3, 4, stat(A), is(7));
        isLinearizable();
    }

    @Test
    void staleReadIsRefused() {
        call(1, 2, save(A, 7), DONE);
        call(3, 4, save(A, 8), DONE);
        call(5, 6, stat(A), is(7));
        isNot();
    }

    @Test
    void lostSaveIsRefused() {
        call(1, 2, save(A, 7), DONE);
        call(3, 4, stat(A), MISSING);
        isNot();
    }

    @Test
    void removedFileThatReturnsIsRefused() {
        call(1, 2, save(A, 7), DONE);
        call(3, 4, remove(A), DONE);
        call(5, 6, stat(A), is(7));
        isNot();
    }

    @Test
    void concurrentReadMaySeeOldOrNew() {
        call(1, 2, save(A, 7), DONE);
        call(3, 10, save(A, 8), DONE);
        call(4, 5, stat(A), is(7));
        call(6, 7, stat(A), is(8));
        isLinearizable();
    }

    @Test
    void readsThatGoBackAreRefused() {
        call(1, 2, save(A, 7), DONE);
        call(3, 10, save(A, 8), DONE);
        call(4, 5, stat(A), is(8));
        call(6, 7, stat(A), is(7));
        isNot();
    }

    @Test
    void renameAppliedTwiceIsRefused() {
        call(1, 2, save(A, 7), DONE);
        call(3, 4, rename(A, B), MISSING);
        isNot();
    }

    @Test
    void renameIsOneStepForBothNames() {
        call(1, 2, save(A, 7), DONE);
        call(3, 20, rename(A, B), DONE);
        call(4, 5, stat(A), MISSING);
        call(6, 7, stat(B), MISSING);
        isNot();
    }

    @Test
    void onlyOneOfTwoRenamesOfOneFileSucceeds() {
        call(1, 2, save(A, 7), DONE);
        call(3, 9, rename(A, B), DONE);
        call(4, 8, rename(A, B), DONE);
        isNot();
    }

    @Test
    void unknownOutcomeMayHaveHappenedOrNot() {
        call(1, 2, save(A, 7), DONE);
        call(3, 4, save(A, 8), UNKNOWN);
        call(5, 6, stat(A), is(7));
        isLinearizable();
        call(7, 8, stat(A), is(8));
        isLinearizable();
        call(9, 10, stat(A), is(7));
        isNot();
    }

    @Test
    void unknownOutcomeCannotHappenBeforeItsCall() {
        call(1, 2, stat(A), is(8));
        call(3, 4, save(A, 8), UNKNOWN);
        isNot();
    }

    @Test
    void filesDoNotReplaceDirectories() {
        call(1, 2, new NameOperation.MakeDirectory(A), DONE);
        call(3, 4, save(A, 8), DONE);
        isNot();
    }

    @Test
    void namesWithoutRenamesBetweenThemAreSearchedApart() {
        call(1, 2, save(A, 7), DONE);
        call(1, 2, save(B, 7), DONE);
        assertThat(Linearizability.parts(history)).hasSize(2);
        call(3, 4, rename(A, B), DONE);
        assertThat(Linearizability.parts(history)).hasSize(1);
    }

    /**
     * Every history is made from a real order, with intervals around it; so it is linearizable, and
     * is not any more when one answer is changed.
     */
    @Test
    void randomHistoriesAreToldFromChangedOnes() {
        int told = 0;
        for (long seed = 1; seed <= 50; seed++) {
            List<Call> real = randomHistory(new Random(seed));
            assertThat(Linearizability.check(real)).as("seed %d", seed).isEmpty();
            if (Linearizability.check(withAWrongRead(real)).isPresent()) {
                told++;
            }
        }
        assertThat(told).as("histories with a content that was never saved").isEqualTo(50);
    }

    private static List<Call> randomHistory(Random random) {
        List<Call> calls = new ArrayList<>();
        Names names = Names.NONE;
        for (int at = 0; at < 60; at++) {
            NameOperation operation = at == 59 ? stat(A) : randomOperation(random, at);
            Names.Step step = names.apply(operation);
            boolean unknown = at < 59 && random.nextInt(20) == 0;
            boolean happens = !unknown || random.nextBoolean();
            names = happens ? step.after() : names;
            calls.add(new Call(
                    at,
                    at * 10L - random.nextInt(30),
                    at * 10L + 1 + random.nextInt(30),
                    operation,
                    unknown ? UNKNOWN : step.result()));
        }
        return calls;
    }

    private static NameOperation randomOperation(Random random, int at) {
        RemotePath one = random.nextBoolean() ? A : B;
        return switch (random.nextInt(5)) {
            case 0 -> save(one, at);
            case 1 -> rename(one, one.equals(A) ? B : A);
            case 2 -> remove(one);
            case 3 -> new NameOperation.MakeDirectory(one);
            default -> stat(one);
        };
    }

    private static List<Call> withAWrongRead(List<Call> real) {
        List<Call> changed = new ArrayList<>(real);
        Call last = changed.removeLast();
        changed.add(new Call(last.client(), last.calledNanos(), last.returnedNanos(), stat(A), is(1_000_000)));
        return changed;
    }
}
