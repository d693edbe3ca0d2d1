package io.trivet.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Command;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.SessionId;
import io.trivet.model.TrivetException;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a client interprets the leader's answers after a request or an answer was lost. */
@Timeout(60)
class LeaderCallsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Two probes of the masters, two seconds apart, the first after three seconds. */
    private static final Duration MAJORITY_IS_SAID_TO_BE_MISSING = Duration.ofSeconds(10);

    private static final SessionId SESSION = new SessionId(7);
    private static final Operation RENAME =
            new Operation(SESSION, 1, 1, new Command.Rename(RemotePath.parse("/a"), RemotePath.parse("/b")));

    private final AtomicInteger asked = new AtomicInteger();

    private static Reply ended() {
        return new Reply.OutcomeOf(
                new Outcome.Refused(new Refusal(Refusal.Kind.SESSION_ENDED, SESSION.toString(), "open another")));
    }

    /**
     * Rule 10: the first try may have been applied, and its outcome ended with the session. A new
     * session would apply it again.
     */
    @Test
    void theEndOfASessionAfterALostAnswerLeavesTheOutcomeUnknown() throws IOException {
        try (FakeNodes nodes = new FakeNodes(1, (_, connection, _) -> {
            if (asked.incrementAndGet() == 1) {
                throw new IOException("the answer is lost");
            }
            connection.send(ended());
        })) {
            LeaderCalls leader = new LeaderCalls(nodes.connector, nodes.cluster, PATIENCE);
            assertThatThrownBy(() -> leader.submit(RENAME))
                    .isInstanceOfSatisfying(
                            TrivetException.class, e -> assertThat(e.kind()).isEqualTo(Refusal.Kind.OUTCOME_UNKNOWN));
        }
    }

    @Test
    void theEndOfASessionThatWasAnsweredAtOnceIsWhatItSays() throws IOException {
        try (FakeNodes nodes = new FakeNodes(1, (_, connection, _) -> connection.send(ended()))) {
            LeaderCalls leader = new LeaderCalls(nodes.connector, nodes.cluster, PATIENCE);
            assertThatThrownBy(() -> leader.submit(RENAME))
                    .isInstanceOfSatisfying(
                            TrivetException.class, e -> assertThat(e.kind()).isEqualTo(Refusal.Kind.SESSION_ENDED));
        }
    }

    /**
     * Rule 13: the addresses have changed; the caller learns the new ones and sends the request
     * there.
     */
    @Test
    void aRequestThatReachedAnotherNodeIsSentAgain() throws IOException {
        try (FakeNodes nodes = new FakeNodes(
                1,
                (node, connection, request) -> connection.send(
                        asked.incrementAndGet() == 1
                                ? new Reply.Refused(
                                        new Refusal(Refusal.Kind.WRONG_NODE, "n9", "the addresses have changed"))
                                : request instanceof Request.Submit
                                        ? new Reply.OutcomeOf(new Outcome.Done())
                                        : new Reply.Done()))) {
            LeaderCalls leader = new LeaderCalls(nodes.connector, nodes.cluster, PATIENCE);
            assertThat(leader.submit(RENAME)).isEqualTo(new Outcome.Done());
            assertThat(asked).hasValue(2);
        }
    }

    /**
     * A majority that answers but has no leader is reported as such; advice about where to log in
     * would not help.
     */
    @Test
    void thatNobodyLeadsIsSaidAsWhatItIs() throws IOException {
        try (FakeNodes nodes = new FakeNodes(
                3,
                (_, connection, _) -> connection.send(
                        new Reply.Refused(new Refusal(Refusal.Kind.NOT_LEADER, "", "log in at the leader"))))) {
            LeaderCalls leader = new LeaderCalls(nodes.connector, nodes.cluster, Duration.ofSeconds(1));
            assertThatThrownBy(() -> leader.submit(RENAME))
                    .isInstanceOfSatisfying(
                            TrivetException.class, e -> assertThat(e.kind()).isEqualTo(Refusal.Kind.NO_QUORUM))
                    .hasMessageContaining("none of them leads");
        }
    }

    /**
     * Masters that swapped their addresses are not missing: their leader publishes the addresses as
     * soon as it leads.
     */
    @Test
    void mastersThatMovedAreNotMissingWhileThereIsPatience() throws IOException {
        long begun = System.nanoTime();
        try (FakeNodes nodes = new FakeNodes(
                3,
                (_, connection, _) -> connection.send(
                        System.nanoTime() - begun < MAJORITY_IS_SAID_TO_BE_MISSING.toNanos()
                                ? new Reply.Refused(new Refusal(Refusal.Kind.NOT_LEADER, "", "nobody leads"))
                                : new Reply.OutcomeOf(new Outcome.Done())))) {
            nodes.moved.add(new NodeId(1));
            nodes.moved.add(new NodeId(2));
            LeaderCalls leader = new LeaderCalls(nodes.connector, nodes.cluster, PATIENCE);
            assertThat(leader.submit(RENAME)).isEqualTo(new Outcome.Done());
        }
    }

    @Test
    void mastersThatNobodyFindsAreMissingInTheEnd() throws IOException {
        try (FakeNodes nodes = new FakeNodes(
                3,
                (_, connection, _) ->
                        connection.send(new Reply.Refused(new Refusal(Refusal.Kind.NOT_LEADER, "", "nobody leads"))))) {
            nodes.moved.add(new NodeId(1));
            nodes.moved.add(new NodeId(2));
            LeaderCalls leader = new LeaderCalls(nodes.connector, nodes.cluster, Duration.ofSeconds(1));
            assertThatThrownBy(() -> leader.submit(RENAME))
                    .isInstanceOfSatisfying(
                            TrivetException.class, e -> assertThat(e.kind()).isEqualTo(Refusal.Kind.NO_QUORUM))
                    .hasMessageContaining("not reached: n1");
        }
    }
}
