package io.trivet.node.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of one scrape, while they are gathered. A metric may be added to several times, with
 * other labels each time; labels are given as name, value, name, value. One thread.
 */
public final class Metrics {
    private static final String TOTAL = "_total";

    private final Map<String, Family<GaugeDataPointSnapshot>> gauges = new LinkedHashMap<>();
    private final Map<String, Family<CounterDataPointSnapshot>> counters = new LinkedHashMap<>();
    private final Map<String, Family<HistogramDataPointSnapshot>> histograms = new LinkedHashMap<>();

    private record Family<T>(String help, List<T> points) {
        static <T> Family<T> of(String help) {
            return new Family<>(help, new ArrayList<>());
        }
    }

    /** What can rise and fall. */
    public void gauge(String name, String help, double value, String... labels) {
        gauges.computeIfAbsent(name, _ -> Family.of(help))
                .points()
                .add(new GaugeDataPointSnapshot(value, Labels.of(labels), null));
    }

    /** As above; exact up to 2 to the 53rd. */
    public void gauge(String name, String help, long value, String... labels) {
        gauge(name, help, (double) value, labels);
    }

    /** 1 or 0. */
    public void gauge(String name, String help, boolean value, String... labels) {
        gauge(name, help, value ? 1L : 0L, labels);
    }

    /** What only rises, from 0 at the start of the process; its name ends with {@code _total}. */
    public void counter(String name, String help, long value, String... labels) {
        if (!name.endsWith(TOTAL)) {
            throw new IllegalArgumentException("the name of a counter ends with " + TOTAL + ": " + name);
        }
        String base = name.substring(0, name.length() - TOTAL.length());
        counters.computeIfAbsent(base, _ -> Family.of(help))
                .points()
                .add(new CounterDataPointSnapshot((double) value, Labels.of(labels), null, 0));
    }

    /** How often something took how long; its name ends with {@code _seconds}. */
    public void histogram(String name, String help, LatencyHistogram latencies, String... labels) {
        histograms.computeIfAbsent(name, _ -> Family.of(help)).points().add(latencies.point(Labels.of(labels)));
    }

    /** All that was added. */
    List<MetricSnapshot> snapshots() {
        Stream<MetricSnapshot> all = Stream.of(
                        gauges.entrySet().stream().map(each -> {
                            GaugeSnapshot.Builder builder = GaugeSnapshot.builder()
                                    .name(each.getKey())
                                    .help(each.getValue().help());
                            each.getValue().points().forEach(builder::dataPoint);
                            return (MetricSnapshot) builder.build();
                        }),
                        counters.entrySet().stream().map(each -> {
                            CounterSnapshot.Builder builder = CounterSnapshot.builder()
                                    .name(each.getKey())
                                    .help(each.getValue().help());
                            each.getValue().points().forEach(builder::dataPoint);
                            return (MetricSnapshot) builder.build();
                        }),
                        histograms.entrySet().stream().map(each -> {
                            HistogramSnapshot.Builder builder = HistogramSnapshot.builder()
                                    .name(each.getKey())
                                    .help(each.getValue().help())
                                    .unit(unit(each.getKey()));
                            each.getValue().points().forEach(builder::dataPoint);
                            return (MetricSnapshot) builder.build();
                        }))
                .flatMap(each -> each);
        return all.toList();
    }

    private static @Nullable Unit unit(String name) {
        return name.endsWith("_seconds") ? Unit.SECONDS : null;
    }
}
