package io.trivet.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {
    @Test
    void aBoundBelongsToTheBucketBelowIt() {
        LatencyHistogram histogram = new LatencyHistogram();
        histogram.took(0);
        histogram.took(1_000_000);
        histogram.took(1_000_001);
        histogram.took(3_600_000_000_000L);
        HistogramDataPointSnapshot point = histogram.point(Labels.EMPTY);
        assertThat(IntStream.range(0, LatencyHistogram.BOUNDS.length)
                        .mapToLong(at -> point.getClassicBuckets().getCount(at)))
                .containsExactly(2L, 1L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 1L);
        assertThat(point.getSum()).isBetween(3600.001, 3600.003);
        assertThat(histogram.count()).isEqualTo(4);
    }

    @Test
    void aClockThatGoesBackTakesNothingAway() {
        LatencyHistogram histogram = new LatencyHistogram();
        histogram.took(-5);
        assertThat(histogram.point(Labels.EMPTY).getSum()).isZero();
        assertThat(histogram.count()).isEqualTo(1);
    }
}
