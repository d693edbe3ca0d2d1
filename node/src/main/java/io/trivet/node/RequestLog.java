package io.trivet.node;

import io.trivet.model.Address;
import io.trivet.model.ChunkId;
import io.trivet.model.Outcome;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.node.metrics.RequestMetrics;
import io.trivet.wire.protocol.Request;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A node's requests in its metrics and in its log: refused ones at level INFO, answered ones at
 * DEBUG. It has a logger of its own, so that operators can set its level separately. A line
 * contains the kind of the request and the chunk, nothing else, because other parts of a request
 * may be secret.
 *
 * <p>The request id is not added here: it is in the context of every event logged while a request
 * is served.
 */
final class RequestLog {
    /** The name of the logger. */
    static final String NAME = "io.trivet.requests";

    private static final Logger LOG = LoggerFactory.getLogger(NAME);
    private static final long NANOS_PER_MS = 1_000_000;

    private final RequestMetrics metrics;

    /** Where requests are counted. */
    RequestMetrics metrics() {
        return metrics;
    }

    RequestLog(RequestMetrics metrics) {
        this.metrics = metrics;
    }

    void answered(Request request, Address peer, long beginNanos) {
        long tookNanos = System.nanoTime() - beginNanos;
        metrics.answered(request, tookNanos);
        if (LOG.isDebugEnabled() && !isOfTheEngine(request)) {
            long took = tookNanos / NANOS_PER_MS;
            LOG.debug("answered kind={} chunk={} peer={} ms={}", kind(request), chunk(request), peer, took);
        }
    }

    /**
     * NOT_LEADER is logged at DEBUG: callers go on to the leader, and repeat the request while
     * there is none.
     */
    private static Level level(Refusal refusal) {
        return refusal.kind() == Refusal.Kind.NOT_LEADER ? Level.DEBUG : Level.INFO;
    }

    /** It ended without an answer: its connection broke, or a bug ended it. */
    void broken(Request request, long beginNanos) {
        metrics.broken(request, System.nanoTime() - beginNanos);
    }

    void refused(Request request, Address peer, Refusal refusal, long beginNanos) {
        metrics.refused(request, refusal, System.nanoTime() - beginNanos);
        LOG.atLevel(level(refusal))
                .log(
                        "refused kind={} chunk={} peer={} refusal={} reason=\"{}\"",
                        kind(request),
                        chunk(request),
                        peer,
                        refusal.kind(),
                        refusal.message());
    }

    /** Returns the outcome; logs a refusal. */
    Outcome seen(Outcome outcome, Request.Submit submit) {
        if (outcome instanceof Outcome.Refused(var refusal)) {
            refused(submit, refusal);
        }
        return outcome;
    }

    /** Returns the result; logs a refusal. */
    QueryResult seen(QueryResult queryResult, Request.Ask ask) {
        if (queryResult instanceof QueryResult.Refused(var refusal)) {
            refused(ask, refusal);
        }
        return queryResult;
    }

    /** What will be answered for a part of a request is a refusal. */
    void refused(Request request, Refusal refusal) {
        metrics.refused(request, refusal);
        LOG.atLevel(level(refusal))
                .log("refused kind={} refusal={} reason=\"{}\"", kind(request), refusal.kind(), refusal.message());
    }

    /** Internal requests that are sent many times a second. */
    private static boolean isOfTheEngine(Request request) {
        return request instanceof Request.QuorumCall || request instanceof Request.Heartbeat;
    }

    private static String kind(Request request) {
        String kind = request.getClass().getSimpleName();
        return switch (request) {
            case Request.Submit(var operation) ->
                kind + "." + operation.command().getClass().getSimpleName();
            case Request.Ask(var query) -> kind + "." + query.getClass().getSimpleName();
            default -> kind;
        };
    }

    private static String chunk(Request request) {
        Optional<ChunkId> chunk = switch (request) {
            case Request.StoreChunk store -> Optional.of(store.chunk());
            case Request.ForwardChunk forward -> Optional.of(forward.chunk());
            case Request.FetchChunk fetch -> Optional.of(fetch.chunk());
            case Request.ReportChunk report -> Optional.of(report.chunk());
            default -> Optional.empty();
        };
        return chunk.map(ChunkId::toString).orElse("none");
    }
}
