package io.trivet.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Command;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.SessionId;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Operations that are sent together keep their numbers, and each has an outcome of its own (rule 10). */
@Timeout(60)
class ManySubmissionsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final SessionId SESSION = new SessionId(7);
    private static final Outcome DONE = new Outcome.Done();

    /** What the leader was sent, request by request. */
    private final List<List<Long>> sent = Collections.synchronizedList(new ArrayList<>());

    private static Operation operation(long number) {
        return new Operation(SESSION, number, 1, new Command.MakeDirectory(RemotePath.parse("/d" + number)));
    }

    private static final List<Operation> THREE = List.of(operation(1), operation(2), operation(3));

    private static Outcome refused(Refusal.Kind kind) {
        return new Outcome.Refused(new Refusal(kind, "", "by the test"));
    }

    /**
     * @param answers the outcomes for the numbers of the {@code place}-th request; null where its
     *     connection breaks
     */
    private List<Outcome> submit(Function<Integer, List<Outcome>> answers) throws IOException {
        try (FakeNodes nodes = new FakeNodes(1, (_, connection, request) -> {
            if (request instanceof Request.SubmitAll(var operations)) {
                sent.add(operations.stream().map(Operation::sequence).toList());
                List<Outcome> outcomes = answers.apply(sent.size());
                if (outcomes.isEmpty()) {
                    throw new IOException("the answer is lost");
                }
                connection.send(new Reply.Each(
                        outcomes.stream().<Reply>map(Reply.OutcomeOf::new).toList()));
            } else {
                sent.add(List.of(((Request.Submit) request).operation().sequence()));
                connection.send(new Reply.OutcomeOf(answers.apply(sent.size()).getFirst()));
            }
        })) {
            nodes.takingBatches.add(new NodeId(0));
            return new LeaderCalls(nodes.connector, nodes.cluster, PATIENCE).submitAll(THREE);
        }
    }

    @Test
    void afterALostAnswerTheSameNumbersAreSentAgain() throws IOException {
        assertThat(submit(place -> place == 1 ? List.of() : List.of(DONE, DONE, DONE)))
                .containsExactly(DONE, DONE, DONE);
        assertThat(sent).containsExactly(List.of(1L, 2L, 3L), List.of(1L, 2L, 3L));
    }

    @Test
    void onlyThoseThatWereNotBegunAreSentAgain() throws IOException {
        Outcome quota = refused(Refusal.Kind.QUOTA);
        assertThat(submit(place -> place == 1 ? List.of(DONE, refused(Refusal.Kind.BUSY), quota) : List.of(DONE)))
                .containsExactly(DONE, DONE, quota);
        assertThat(sent).containsExactly(List.of(1L, 2L, 3L), List.of(2L));
    }

    /** The first try may have been applied, and its outcome ended with the session. */
    @Test
    void theEndOfTheSessionAfterALostAnswerLeavesTheOutcomeUnknown() throws IOException {
        Outcome ended = refused(Refusal.Kind.SESSION_ENDED);
        List<Outcome> outcomes = submit(place -> place == 1 ? List.of() : List.of(ended, ended, ended));
        assertThat(outcomes)
                .allSatisfy(outcome -> assertThat(
                                ((Outcome.Refused) outcome).refusal().kind())
                        .isEqualTo(Refusal.Kind.OUTCOME_UNKNOWN));
    }

    @Test
    void theEndOfTheSessionThatWasAnsweredAtOnceIsWhatItSays() throws IOException {
        Outcome ended = refused(Refusal.Kind.SESSION_ENDED);
        assertThat(submit(_ -> List.of(DONE, ended, ended))).containsExactly(DONE, ended, ended);
    }

    @Test
    void whatIsUnknownIsAskedForAgainAndThenTheSessionsEndSaysNothing() throws IOException {
        List<Outcome> outcomes = submit(place -> place == 1
                ? List.of(DONE, refused(Refusal.Kind.OUTCOME_UNKNOWN), DONE)
                : List.of(refused(Refusal.Kind.SESSION_ENDED)));
        assertThat(((Outcome.Refused) outcomes.get(1)).refusal().kind()).isEqualTo(Refusal.Kind.OUTCOME_UNKNOWN);
        assertThat(outcomes.get(0)).isEqualTo(DONE);
        assertThat(sent).containsExactly(List.of(1L, 2L, 3L), List.of(2L));
    }
}
