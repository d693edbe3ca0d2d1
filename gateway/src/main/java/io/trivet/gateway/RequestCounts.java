package io.trivet.gateway;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.trivet.gateway.error.S3Error;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many requests of S3 were answered, by method, what they name, and code, and how long they took. Callers cannot
 * make labels: a method that S3 does not have is {@code other}. Any thread.
 */
final class RequestCounts {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "PUT", "POST", "DELETE");
    private static final String OTHER = "other";
    private static final double NANOS = 1e9;

    /** What was answered with bytes, with nothing, or with a redirection: no error. */
    private static final String OK = "OK";

    /** Bound: methods times targets times codes, some 900. */
    private final Map<Key, Series> series = new ConcurrentHashMap<>();

    /** What a request names. */
    enum Target {
        SERVICE,
        BUCKET,
        OBJECT;

        /** By the path of a request, as it came. */
        static Target of(String path) {
            int slash = path.indexOf('/', 1);
            if (path.length() <= 1) {
                return SERVICE;
            }
            return slash < 0 || slash == path.length() - 1 ? BUCKET : OBJECT;
        }
    }

    private record Key(String method, Target target, String code) {}

    private record Series(LongAdder count, LongAdder nanos) {}

    void answered(String method, String path, long tookNanos) {
        add(method, path, OK, tookNanos);
    }

    void failed(String method, String path, S3Error error, long tookNanos) {
        add(method, path, error.code(), tookNanos);
    }

    private void add(String method, String path, String code, long tookNanos) {
        Key key = new Key(METHODS.contains(method) ? method : OTHER, Target.of(path), code);
        Series found = series.computeIfAbsent(key, _ -> new Series(new LongAdder(), new LongAdder()));
        found.count.increment();
        found.nanos.add(tookNanos);
    }

    List<MetricSnapshot> snapshots() {
        CounterSnapshot.Builder requests = CounterSnapshot.builder()
                .name("trivet_s3_requests")
                .help(
                        "Requests of S3 that were answered, by method, what they name, and code: OK, or that of the error.");
        CounterSnapshot.Builder seconds = CounterSnapshot.builder()
                .name("trivet_s3_request_seconds")
                .help("How long these requests took together, from their header to the end of the answer.");
        series.forEach((key, each) -> {
            Labels labels = Labels.of(
                    "method", key.method, "target", key.target.name().toLowerCase(Locale.ROOT), "code", key.code);
            requests.dataPoint(new CounterDataPointSnapshot(each.count.sum(), labels, null, 0));
            seconds.dataPoint(new CounterDataPointSnapshot(each.nanos.sum() / NANOS, labels, null, 0));
        });
        return List.of(requests.build(), seconds.build());
    }
}
