package io.trivet.node.metrics;

import io.trivet.model.Command;
import io.trivet.model.Query;
import io.trivet.model.Refusal;
import io.trivet.wire.protocol.Request;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * How many requests of each kind came, how long they took, and how they failed. A kind is a request
 * of the wire, and for {@link Request.Submit} and {@link Request.Ask} the command or query in it,
 * by the names that the log has: {@code StoreChunk}, {@code Submit.Commit}, {@code Ask.Lookup}. Any
 * thread; a request costs a look-up and three additions.
 */
public final class RequestMetrics implements MetricSource {
    /** What a connection that broke, or a bug, is called among the codes of refusals. */
    private static final String BROKEN = "BROKEN";

    /** By class. Never changed, so any thread may read it. */
    private final Map<Class<?>, Series> series = new HashMap<>();

    private static final class Series {
        private final String kind;
        private final LatencyHistogram latencies = new LatencyHistogram();
        private final LongAdder broken = new LongAdder();

        /** Of all kinds of refusals, and never changed either. */
        private final Map<Refusal.Kind, LongAdder> refused = new EnumMap<>(Refusal.Kind.class);

        Series(String kind) {
            this.kind = kind;
            Arrays.stream(Refusal.Kind.values()).forEach(code -> refused.put(code, new LongAdder()));
        }

        void refused(Refusal refusal) {
            Objects.requireNonNull(refused.get(refusal.kind())).increment();
        }

        Map<String, Long> errors() {
            Map<String, Long> errors = new TreeMap<>();
            refused.forEach((code, count) -> errors.put(code.name(), count.sum()));
            errors.put(BROKEN, broken.sum());
            return errors;
        }
    }

    /** In seconds since 1970; 0 until a backup was sent. */
    private volatile long lastBackup;

    public RequestMetrics() {
        leaves(Request.class)
                .filter(type -> type != Request.Submit.class && type != Request.Ask.class)
                .forEach(type -> series.put(type, new Series(type.getSimpleName())));
        leaves(Command.class).forEach(type -> series.put(type, new Series("Submit." + type.getSimpleName())));
        leaves(Query.class).forEach(type -> series.put(type, new Series("Ask." + type.getSimpleName())));
    }

    private static Stream<Class<?>> leaves(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(RequestMetrics::leaves)
                : Stream.of(type);
    }

    private Series of(Request request) {
        Object kind = switch (request) {
            case Request.Submit(var operation) -> operation.command();
            case Request.Ask(var query) -> query;
            default -> request;
        };
        Series found = series.get(kind.getClass());
        if (found == null) {
            throw new IllegalStateException("a request of no kind: " + kind.getClass());
        }
        return found;
    }

    /** It was answered, perhaps with a refusal that {@link #refused(Request, Refusal)} counted. */
    public void answered(Request request, long tookNanos) {
        of(request).latencies.took(tookNanos);
    }

    /** It was refused instead of being carried out. */
    public void refused(Request request, Refusal refusal, long tookNanos) {
        Series of = of(request);
        of.refused(refusal);
        of.latencies.took(tookNanos);
    }

    /** What will be answered is a refusal. */
    public void refused(Request request, Refusal refusal) {
        of(request).refused(refusal);
    }

    /** Its connection broke before it was answered. */
    public void broken(Request request, long tookNanos) {
        Series of = of(request);
        of.broken.increment();
        of.latencies.took(tookNanos);
    }

    /** A whole backup of the namespace was sent to a user. */
    public void backedUp(Instant at) {
        lastBackup = at.getEpochSecond();
    }

    /** Kinds that never came have no histogram, and codes that never were no count: they would be most of all. */
    @Override
    public void read(Metrics into) {
        into.gauge(
                "trivet_backup_timestamp_seconds",
                "When this node last sent a backup of the namespace to a user; 0 if it has not since it started.",
                lastBackup);
        for (Series each : List.copyOf(series.values())) {
            into.counter(
                    "trivet_requests_total",
                    "Requests that ended, by kind: as the log names kinds.",
                    each.latencies.count(),
                    "kind",
                    each.kind);
            if (each.latencies.count() > 0) {
                into.histogram(
                        "trivet_request_seconds",
                        "How long requests took, from their header to the end of the answer.",
                        each.latencies,
                        "kind",
                        each.kind);
            }
            each.errors().forEach((code, count) -> {
                if (count > 0) {
                    into.counter(
                            "trivet_request_errors_total",
                            "Requests that were refused, by kind and code, and those whose connection broke off (BROKEN)."
                                    + " NOT_LEADER sends the caller to the leader and is no failure.",
                            count,
                            "kind",
                            each.kind,
                            "code",
                            code);
                }
            });
        }
    }
}
