package io.trivet.client;

import io.trivet.model.Address;
import io.trivet.model.Answer;
import io.trivet.model.ClusterView;
import io.trivet.model.Debt;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Question;
import io.trivet.model.Refusal;
import io.trivet.model.SessionId;
import io.trivet.model.TrivetException;
import io.trivet.wire.Addressed;
import io.trivet.wire.Connector;
import io.trivet.wire.Reply;
import io.trivet.wire.Request;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Reads and changes of the namespace: finds the leader, follows it when it changes, tries again while a retry can help. Any thread.
 *
 * <p>A change is sent again with the same number, so that it happens once however often it is sent (rule 10).
 */
final class LeaderCalls {
    private static final Duration CALL_LIMIT = Duration.ofSeconds(5);
    private static final Duration RENEW_PATIENCE = Duration.ofSeconds(5);

    private final Connector connector;
    private final Cluster cluster;
    private final Duration patience;

    LeaderCalls(Connector connector, Cluster cluster, Duration patience) {
        this.connector = connector;
        this.cluster = cluster;
        this.patience = patience;
    }

    /** A linearizable read; a refusal is thrown. */
    Answer ask(Question question) {
        return askForToken(question).value();
    }

    Granted<Answer> askForToken(Question question) {
        Granted<Reply> reply = toLeader(Addressed.toAny(new Request.Ask(question)), patience);
        Answer answer = ((Reply.AnswerOf) reply.value()).answer();
        if (answer instanceof Answer.Refused(var refusal)) {
            throw new TrivetException(refusal);
        }
        return new Granted<>(answer, reply.token());
    }

    /** A change; a refusal is thrown. {@code OUTCOME_UNKNOWN} is thrown where patience ended before anybody could say what became of it. */
    Outcome submit(Operation operation) {
        return submit(operation, patience);
    }

    Outcome submit(Operation operation, Duration limit) {
        return submitForToken(operation, limit).value();
    }

    Granted<Outcome> submitForToken(Operation operation) {
        return submitForToken(operation, patience);
    }

    private Granted<Outcome> submitForToken(Operation operation, Duration limit) {
        Granted<Reply> reply = toLeader(Addressed.toAny(new Request.Submit(operation)), limit);
        Outcome outcome = ((Reply.OutcomeOf) reply.value()).outcome();
        if (outcome instanceof Outcome.Refused(var refusal)) {
            throw new TrivetException(refusal);
        }
        return new Granted<>(outcome, reply.token());
    }

    /** Another token in place of this one, which may be out of time. */
    Reply.WithToken renew(byte[] token) {
        Reply reply = exchange(new Addressed(null, new Request.RenewToken(), token), RENEW_PATIENCE);
        if (reply instanceof Reply.WithToken renewed) {
            return renewed;
        }
        throw TrivetException.of(Refusal.Kind.BAD_REQUEST, "", "not an answer to a token");
    }

    void keep(SessionId session) {
        toLeader(Addressed.toAny(new Request.KeepSession(session)), patience);
    }

    Debt debt() {
        return ((Reply.DebtOf) toLeader(Addressed.toAny(new Request.GetDebt()), patience)
                        .value())
                .debt();
    }

    List<Reply.NodeReport> reports() {
        return ((Reply.Reports) toLeader(Addressed.toAny(new Request.GetReports()), patience)
                        .value())
                .reports();
    }

    /** How much a node holds in each slot; of none where the node does not answer the leader. */
    List<Reply.SlotDigest> sizes(NodeId node) {
        return ((Reply.Digests) toLeader(Addressed.toAny(new Request.GetSizes(node)), patience)
                        .value())
                .digests();
    }

    private Granted<Reply> toLeader(Addressed request, Duration limit) {
        Reply reply = exchange(request, limit);
        return reply instanceof Reply.WithToken granted
                ? new Granted<>(granted.reply(), new HeldToken(this, granted))
                : new Granted<>(reply, null);
    }

    private Reply exchange(Addressed request, Duration limit) {
        Patience budget = new Patience(limit);
        boolean perhapsDone = false;
        while (true) {
            try {
                return once(request);
            } catch (TrivetException e) {
                perhapsDone |= e.kind() == Refusal.Kind.OUTCOME_UNKNOWN || e.kind() == Refusal.Kind.UNREACHABLE;
                boolean ended = budget.isOver() || e.kind() == Refusal.Kind.SESSION_ENDED;
                if (request.request() instanceof Request.Submit && perhapsDone && ended) {
                    throw unknown(e);
                }
                budget.pauseOrThrow(e);
            }
        }
    }

    private static TrivetException unknown(TrivetException last) {
        return new TrivetException(
                new Refusal(
                        Refusal.Kind.OUTCOME_UNKNOWN,
                        "",
                        "nobody could say whether it was done (" + last.getMessage() + "): look, then try again"),
                last);
    }

    private Reply once(Addressed request) {
        NodeId target = cluster.leader().orElseGet(this::anyMaster);
        Address address = cluster.address(target);
        try {
            Reply reply = connector.callAsOneself(
                    address, new Addressed(target, request.request(), request.token()), CALL_LIMIT);
            refusedBeforeTheLog(reply).ifPresent(refusal -> {
                throw new TrivetException(refusal);
            });
            return reply;
        } catch (TrivetException e) {
            follow(e, target);
            throw e;
        }
    }

    /** Refusals of the leader's room rather than of the namespace come inside the outcome as well: they are for trying again. */
    private static Optional<Refusal> refusedBeforeTheLog(Reply reply) {
        return switch (reply) {
            case Reply.OutcomeOf(Outcome.Refused(var refusal)) when isOfQuorum(refusal) -> Optional.of(refusal);
            case Reply.AnswerOf(Answer.Refused(var refusal)) when isOfQuorum(refusal) -> Optional.of(refusal);
            default -> Optional.empty();
        };
    }

    private static boolean isOfQuorum(Refusal refusal) {
        return switch (refusal.kind()) {
            case NOT_LEADER, NO_QUORUM, OUTCOME_UNKNOWN, BUSY -> true;
            default -> false;
        };
    }

    private void follow(TrivetException e, NodeId asked) {
        switch (e.kind()) {
            case NOT_LEADER ->
                cluster.leaderIs(named(e.refusal().subject(), asked).orElse(null));
            case UNREACHABLE -> {
                cluster.avoid(asked);
                cluster.leaderIs(null);
                learnAgain();
            }
            case NO_QUORUM, WRONG_NODE, WRONG_CLUSTER -> {
                cluster.leaderIs(null);
                learnAgain();
            }
            default -> {}
        }
    }

    private void learnAgain() {
        try {
            cluster.refresh();
        } catch (TrivetException _) {
            // The failure that led here says more; the next try asks again.
        }
    }

    private Optional<NodeId> named(String subject, NodeId asked) {
        try {
            NodeId leader = NodeId.parse(subject);
            return leader.equals(asked) || cluster.view().node(leader).isEmpty()
                    ? Optional.empty()
                    : Optional.of(leader);
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private NodeId anyMaster() {
        ClusterView view = cluster.view();
        List<Node> masters = view.masters();
        List<Node> choice = masters.isEmpty() ? view.nodes() : masters;
        return choice.get(ThreadLocalRandom.current().nextInt(choice.size())).id();
    }
}
