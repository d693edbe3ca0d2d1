package io.trivet.node.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/**
 * How often something took how long, in buckets of fixed bounds. Adding costs two additions to
 * {@link LongAdder}s. Any thread.
 */
final class LatencyHistogram {
    /** Upper bounds in seconds, half a decade apart: from a name that is looked up to a chunk on a slow link. */
    static final double[] BOUNDS = {0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, Double.POSITIVE_INFINITY};

    private static final double NANOS = 1e9;
    private static final long[] BOUNDS_NANOS = Arrays.stream(BOUNDS)
            .mapToLong(bound -> Double.isInfinite(bound) ? Long.MAX_VALUE : Math.round(bound * NANOS))
            .toArray();

    private final LongAdder[] buckets = new LongAdder[BOUNDS.length];
    private final LongAdder nanos = new LongAdder();

    LatencyHistogram() {
        Arrays.setAll(buckets, _ -> new LongAdder());
    }

    void took(long tookNanos) {
        int bucket = 0;
        while (tookNanos > BOUNDS_NANOS[bucket]) {
            bucket++;
        }
        buckets[bucket].increment();
        nanos.add(Math.max(0, tookNanos));
    }

    long count() {
        long count = 0;
        for (LongAdder bucket : buckets) {
            count += bucket.sum();
        }
        return count;
    }

    HistogramDataPointSnapshot point(Labels labels) {
        long[] counts = Arrays.stream(buckets).mapToLong(LongAdder::sum).toArray();
        return HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(ClassicHistogramBuckets.of(BOUNDS, counts))
                .sum(nanos.sum() / NANOS)
                .labels(labels)
                .build();
    }
}
