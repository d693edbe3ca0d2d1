package io.trivet.node.metrics;

import io.prometheus.metrics.instrumentation.jvm.JvmBufferPoolMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmRuntimeInfoMetric;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All metrics of a node, gathered when they are asked for. Whoever asks again within {@link
 * #FRESH} gets the same, so that the cost is bounded however many ask. Any thread.
 */
public final class NodeMetrics {
    private static final Logger LOG = LoggerFactory.getLogger(NodeMetrics.class);

    /** Far below the shortest interval at which anybody scrapes. */
    static final Duration FRESH = Duration.ofMillis(200);

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final List<MetricSource> sources;
    private final ReentrantLock scraping = new ReentrantLock();
    private final PrometheusRegistry process = new PrometheusRegistry();
    private @Nullable MetricSnapshots last;
    private long lastNanos;
    private long failures;

    public NodeMetrics(List<MetricSource> sources) {
        this.sources = List.copyOf(sources);
        // Not those of threads by state and of deadlocks: they stop all threads for a moment.
        JvmMemoryMetrics.builder().register(process);
        JvmBufferPoolMetrics.builder().register(process);
        JvmGarbageCollectorMetrics.builder().register(process);
        JvmRuntimeInfoMetric.builder().register(process);
        ProcessMetrics.builder().register(process);
    }

    /** Empty where another scrape hangs, as at a disk that does not answer: it must not hold more threads. */
    public Optional<MetricSnapshots> scrape() {
        try {
            if (!scraping.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                return Optional.empty();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
        try {
            MetricSnapshots known = last;
            if (known == null || System.nanoTime() - lastNanos > FRESH.toNanos()) {
                known = gather();
                last = known;
                lastNanos = System.nanoTime();
            }
            return Optional.of(known);
        } finally {
            scraping.unlock();
        }
    }

    private MetricSnapshots gather() {
        long begin = System.nanoTime();
        Metrics all = new Metrics();
        List<MetricSnapshot> snapshots = new ArrayList<>();
        for (MetricSource source : sources) {
            try {
                Metrics own = new Metrics();
                source.read(own);
                snapshots.addAll(own.snapshots());
            } catch (RuntimeException e) {
                failed(source.getClass().getSimpleName(), e);
            }
        }
        try {
            process.scrape().forEach(snapshots::add);
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            all.gauge("jvm_threads_current", "Platform threads of the process.", threads.getThreadCount());
        } catch (RuntimeException e) {
            failed("process", e);
        }
        all.counter("trivet_scrape_failures_total", "Parts of scrapes that failed, and are missing there.", failures);
        all.gauge("trivet_scrape_seconds", "How long gathering these metrics took.", (System.nanoTime() - begin) / 1e9);
        snapshots.addAll(all.snapshots());
        return new MetricSnapshots(snapshots);
    }

    /** As of a state that is being closed. */
    private void failed(String source, RuntimeException e) {
        failures++;
        LOG.debug("not read source={} cause=\"{}\"", source, e.toString(), e);
    }
}
