package io.trivet.node;

import io.trivet.model.Answer;
import io.trivet.model.FileId;
import io.trivet.model.NodeId;
import io.trivet.model.Question;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.repair.Verdicts;
import io.trivet.wire.Addressed;
import io.trivet.wire.Connector;
import io.trivet.wire.Reply;
import io.trivet.wire.Request;
import java.time.Duration;
import java.util.List;

/** Asks the leader what became of file ids, here or over the wire; its answer is a linearizable one of the quorum. Any thread. */
final class LeaderVerdicts implements Verdicts {
    private static final Duration ASK_LIMIT = Duration.ofSeconds(15);

    private final Seat seat;
    private final KnownCluster cluster;
    private final Connector connector;

    LeaderVerdicts(Seat seat, KnownCluster cluster, Connector connector) {
        this.seat = seat;
        this.cluster = cluster;
        this.connector = connector;
    }

    @Override
    public Answer.IdStates of(List<FileId> ids) {
        Question question = new Question.IdStates(ids);
        return switch (seat.leads() ? seat.ask(question) : askLeader(question)) {
            case Answer.IdStates states -> states;
            case Answer.Refused(var refusal) -> throw new TrivetException(refusal);
            case Answer other ->
                throw TrivetException.of(Refusal.Kind.BAD_REQUEST, "", "not an answer about ids: " + other);
        };
    }

    private Answer askLeader(Question question) {
        NodeId leader = seat.leader()
                .orElseThrow(() -> TrivetException.of(Refusal.Kind.NO_QUORUM, "", "no leader is known: ask again"));
        Reply reply =
                connector.call(cluster.address(leader), new Addressed(leader, new Request.Ask(question)), ASK_LIMIT);
        return reply instanceof Reply.AnswerOf(var answer)
                ? answer
                : new Answer.Refused(new Refusal(Refusal.Kind.BAD_REQUEST, "", "not an answer to a question"));
    }
}
