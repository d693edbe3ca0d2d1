package io.trivet.client;

import io.trivet.model.Address;
import io.trivet.model.ClusterView;
import io.trivet.model.Command;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.SessionId;
import io.trivet.model.TrivetException;
import io.trivet.wire.Connector;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Reads and changes of the namespace: finds the leader, follows leader changes, retries while that
 * can help. Any thread.
 *
 * <p>A change is sent again with the same number, so that it takes effect once (rule 10).
 */
final class LeaderCalls {
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
    QueryResult ask(Query query) {
        return askForToken(query).value();
    }

    AnswerWithToken<QueryResult> askForToken(Query query) {
        AnswerWithToken<Reply> reply = toLeader(RequestEnvelope.toAny(new Request.Ask(query)), patience);
        QueryResult queryResult = ((Reply.AnswerOf) reply.value()).queryResult();
        if (queryResult instanceof QueryResult.Refused(var refusal)) {
            throw new TrivetException(refusal);
        }
        return new AnswerWithToken<>(queryResult, reply.token());
    }

    /**
     * A change; a refusal is thrown. Throws {@code OUTCOME_UNKNOWN} if it was possibly applied and
     * no answer came in time.
     */
    Outcome submit(Operation operation) {
        return submitForToken(operation).value();
    }

    /** A change without a session, which may be applied more than once. */
    Outcome submit(Command command) {
        return submit(command, patience);
    }

    Outcome submit(Command command, Duration limit) {
        return submitForToken(Operation.unnumbered(command), limit).value();
    }

    AnswerWithToken<Outcome> submitForToken(Operation operation) {
        return submitForToken(operation, patience);
    }

    private AnswerWithToken<Outcome> submitForToken(Operation operation, Duration limit) {
        AnswerWithToken<Reply> reply = toLeader(RequestEnvelope.toAny(new Request.Submit(operation)), limit);
        Outcome outcome = ((Reply.OutcomeOf) reply.value()).outcome();
        if (outcome instanceof Outcome.Refused(var refusal)) {
            throw new TrivetException(refusal);
        }
        return new AnswerWithToken<>(outcome, reply.token());
    }

    /** Whether the leader, as far as this client knows it, takes many operations at once. */
    boolean takesBatches() {
        return cluster.leader().filter(cluster::takesBatches).isPresent();
    }

    /**
     * The answers to many questions, in order. A refusal of one, {@code BUSY} for example, does not
     * concern the others.
     */
    List<Answer> askAll(List<Query> queries) {
        Backoff budget = new Backoff(patience);
        cluster.refreshIfVouched();
        while (true) {
            try {
                Reply reply = once(RequestEnvelope.toAny(new Request.AskAll(queries)));
                if (!(reply instanceof Reply.Each(var answers)) || answers.size() != queries.size()) {
                    throw TrivetException.of(
                            Refusal.Kind.BAD_REQUEST, "", "not an answer to " + queries.size() + " questions");
                }
                return answers.stream().map(this::answer).toList();
            } catch (TrivetException e) {
                if (!e.kind().retryable() || leaderIsOfEarlierRelease() || lacksLeader(e)) {
                    return queries.stream().map(this::askAlone).toList();
                }
                budget.pauseOrThrow(e);
            }
        }
    }

    /** It tells why, or what to do, better than many at once. */
    private Answer askAlone(Query query) {
        try {
            AnswerWithToken<QueryResult> answer = askForToken(query);
            return new Answer.Given(answer.value(), answer.token());
        } catch (TrivetException e) {
            return new Answer.Refused(e.refusal());
        }
    }

    private boolean leaderIsOfEarlierRelease() {
        return cluster.leader().filter(node -> !cluster.takesBatches(node)).isPresent();
    }

    /** An answer with its token, if any, or a refusal. */
    sealed interface Answer {
        record Given(QueryResult result, @Nullable RenewableToken token) implements Answer {}

        record Refused(Refusal refusal) implements Answer {}
    }

    private Answer answer(Reply reply) {
        return switch (reply) {
            case Reply.WithToken granted
            when granted.reply() instanceof Reply.AnswerOf(var result) ->
                new Answer.Given(result, new RenewableToken(this, granted));
            case Reply.AnswerOf(QueryResult.Refused(var refusal)) -> new Answer.Refused(refusal);
            case Reply.AnswerOf(var result) -> new Answer.Given(result, null);
            case Reply.Refused(var refusal) -> new Answer.Refused(refusal);
            case Reply other -> throw new IllegalStateException("not an answer to a question: " + other);
        };
    }

    /**
     * Many changes in one request, sent again with the same numbers as long as that can help. Returns
     * what became of each, in order: an outcome, or its refusal, {@code OUTCOME_UNKNOWN} if it was
     * possibly applied and no answer came in time.
     */
    List<Outcome> submitAll(List<Operation> operations) {
        ManySubmissions all = new ManySubmissions(operations);
        Backoff budget = new Backoff(patience);
        MajorityProbe majority = new MajorityProbe(connector, cluster);
        cluster.refreshIfVouched();
        while (true) {
            TrivetException last;
            try {
                Reply reply = once(RequestEnvelope.toAny(new Request.SubmitAll(all.open())));
                Optional<Refusal> retryable = all.settle(reply, LeaderCalls::isOfQuorum);
                if (retryable.isEmpty()) {
                    return all.outcomes();
                }
                last = new TrivetException(retryable.get());
            } catch (TrivetException e) {
                last = e;
                if (isPerhapsDone(e)) {
                    all.perhapsDone();
                }
            }
            try {
                if (all.nothingIsDone() && lacksLeader(last)) {
                    majority.seen().ifPresent(refusal -> {
                        throw new TrivetException(refusal);
                    });
                }
                budget.pauseOrThrow(last);
                if (leaderIsOfEarlierRelease()) {
                    return all.oneByOne(this::submitAlone);
                }
            } catch (TrivetException e) {
                TrivetException reason = withMajority(e, majority);
                return all.givenUp(reason.refusal(), unknown(reason).refusal());
            }
        }
    }

    private Outcome submitAlone(Operation operation, boolean perhapsDone) {
        try {
            Reply reply = exchange(RequestEnvelope.toAny(new Request.Submit(operation)), patience, perhapsDone);
            return ((Reply.OutcomeOf) reply).outcome();
        } catch (TrivetException e) {
            return new Outcome.Refused(e.refusal());
        }
    }

    /** Requests a token in place of this one, which may have expired. */
    Reply.WithToken renew(byte[] token) {
        Reply reply = exchange(new RequestEnvelope(null, new Request.RenewToken(), token), RENEW_PATIENCE);
        if (reply instanceof Reply.WithToken renewed) {
            return renewed;
        }
        throw TrivetException.of(Refusal.Kind.BAD_REQUEST, "", "not an answer to a token");
    }

    void keep(SessionId session) {
        cluster.refreshNowAndThen();
        toLeader(RequestEnvelope.toAny(new Request.KeepSession(session)), patience);
    }

    /** The leader's answer to a request that neither reads nor changes the namespace. */
    <T extends Reply> T call(Request request, Class<T> answer) {
        return answer.cast(toLeader(RequestEnvelope.toAny(request), patience).value());
    }

    private AnswerWithToken<Reply> toLeader(RequestEnvelope request, Duration limit) {
        Reply reply = exchange(request, limit);
        return reply instanceof Reply.WithToken granted
                ? new AnswerWithToken<>(granted.reply(), new RenewableToken(this, granted))
                : new AnswerWithToken<>(reply, null);
    }

    private Reply exchange(RequestEnvelope request, Duration limit) {
        return exchange(request, limit, false);
    }

    /** @param done whether an earlier try of it was perhaps applied */
    private Reply exchange(RequestEnvelope request, Duration limit, boolean done) {
        Backoff budget = new Backoff(limit);
        MajorityProbe majority = new MajorityProbe(connector, cluster);
        boolean perhapsDone = done;
        cluster.refreshIfVouched();
        while (true) {
            try {
                return once(request);
            } catch (TrivetException e) {
                perhapsDone |= request.request() instanceof Request.Submit && isPerhapsDone(e);
                boolean ended = budget.isOver() || e.kind() == Refusal.Kind.SESSION_ENDED;
                if (perhapsDone && ended) {
                    throw unknown(withMajority(e, majority));
                }
                if (!perhapsDone && lacksLeader(e)) {
                    // The request was not started, so there is no need to wait for its outcome.
                    majority.seen().ifPresent(refusal -> {
                        throw new TrivetException(refusal);
                    });
                }
                budget.pauseOrThrow(ended ? withMajority(e, majority) : e);
            }
        }
    }

    /** If no connection was made, nothing was sent. */
    private static boolean isPerhapsDone(TrivetException e) {
        return switch (e.kind()) {
            case OUTCOME_UNKNOWN -> true;
            case UNREACHABLE ->
                !(e.getCause() instanceof ConnectException || e.getCause() instanceof NoRouteToHostException);
            default -> false;
        };
    }

    private static boolean lacksLeader(TrivetException e) {
        return switch (e.kind()) {
            case UNREACHABLE, NO_QUORUM, NOT_LEADER, WRONG_NODE -> true;
            default -> false;
        };
    }

    /**
     * At the end, a missing majority or a missing leader is a better reason than the last master's
     * answer.
     */
    private static TrivetException withMajority(TrivetException last, MajorityProbe majority) {
        if (!lacksLeader(last)) {
            return last;
        }
        return majority.look()
                .map(TrivetException::new)
                .orElseGet(() -> last.kind() == Refusal.Kind.NOT_LEADER ? leaderless(last) : last);
    }

    private static TrivetException leaderless(TrivetException last) {
        return new TrivetException(
                new Refusal(
                        Refusal.Kind.NO_QUORUM,
                        "",
                        "a majority of the masters answers, but none of them leads: one that was put back or damaged does not vote before it has caught up; start"
                                + " the masters that are down, or read the masters' logs"),
                last);
    }

    private static TrivetException unknown(TrivetException last) {
        return new TrivetException(
                new Refusal(
                        Refusal.Kind.OUTCOME_UNKNOWN,
                        "",
                        "it is not known whether the change was made (" + last.getMessage()
                                + "): check, then try again"),
                last);
    }

    private Reply once(RequestEnvelope request) {
        NodeId target = cluster.leader().orElseGet(this::anyMaster);
        Address address = cluster.address(target);
        try {
            Reply reply = connector.callAsOneself(
                    address, new RequestEnvelope(target, request.request(), request.token()), Request.ANSWER_LIMIT);
            refusedBeforeTheLog(reply).ifPresent(refusal -> {
                throw new TrivetException(refusal);
            });
            return reply;
        } catch (TrivetException e) {
            follow(e, target);
            throw e;
        }
    }

    /**
     * Refusals of the quorum, unlike those of the namespace, may be retried, and also come inside
     * an outcome. The end of a session is one of them: it does not say whether an earlier try,
     * whose answer was lost, was applied.
     */
    private static Optional<Refusal> refusedBeforeTheLog(Reply reply) {
        return switch (reply) {
            case Reply.OutcomeOf(Outcome.Refused(var refusal)) when isOfQuorum(refusal) -> Optional.of(refusal);
            case Reply.AnswerOf(QueryResult.Refused(var refusal)) when isOfQuorum(refusal) -> Optional.of(refusal);
            default -> Optional.empty();
        };
    }

    private static boolean isOfQuorum(Refusal refusal) {
        return switch (refusal.kind()) {
            case NOT_LEADER, NO_QUORUM, OUTCOME_UNKNOWN, BUSY, SESSION_ENDED -> true;
            default -> false;
        };
    }

    private void follow(TrivetException e, NodeId asked) {
        switch (e.kind()) {
            case NOT_LEADER -> {
                cluster.leaderIs(named(e.refusal().subject(), asked).orElse(null));
                if (e.refusal().subject().equals(asked.toString())) {
                    // Another node answered at this address: addresses have changed.
                    learnAgain();
                }
            }
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
        } catch (TrivetException ignored) {
            // The original failure says more; the next try refreshes again.
        }
    }

    private Optional<NodeId> named(String subject, NodeId asked) {
        try {
            NodeId leader = NodeId.parse(subject);
            return leader.equals(asked) || cluster.view().node(leader).isEmpty()
                    ? Optional.empty()
                    : Optional.of(leader);
        } catch (IllegalArgumentException ignored) {
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
