package io.trivet.cli.web;

import io.trivet.cli.status.ClusterReport;
import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.Format;
import io.trivet.cli.text.Text;
import io.trivet.client.TrivetClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Asks the cluster how it is. An answer is never older than the question: a page waits for a report
 * that was begun after it asked. However many pages want one, at most one is being made. A cluster
 * that does not answer is not said to be as it was: the report then says so. Any thread.
 */
final class ClusterWatch {
    /** How long a page waits for the cluster. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private final TrivetClient client;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition answered = lock.newCondition();
    private final FillRate fillRate = new FillRate();
    private @Nullable ClusterReport report;
    private long begunNanos;

    /** Reports are numbered as they are begun. */
    private long begun;

    private long done;

    ClusterWatch(TrivetClient client) {
        this.client = client;
    }

    /** How the cluster is now; or that it does not answer. */
    ClusterReport now() {
        lock.lock();
        try {
            long wanted = begun + 1;
            long left = PATIENCE.toNanos();
            while (done < wanted && left > 0) {
                if (done == begun) {
                    begun++;
                    begunNanos = System.nanoTime();
                    Thread.ofVirtual().name("console-watch").start(this::ask);
                }
                left = answered.awaitNanos(left);
            }
            ClusterReport came = report;
            return done < wanted || came == null ? silent() : came;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return silent();
        } finally {
            lock.unlock();
        }
    }

    private ClusterReport silent() {
        Duration silence = Duration.ofSeconds(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begunNanos));
        return ClusterReport.failing(Text.of("the cluster has not answered for {0}", Format.duration(silence)));
    }

    private void ask() {
        ClusterReport came;
        try {
            came = ClusterReport.of(client);
        } catch (RuntimeException e) { // whatever it is, pages must not wait for ever
            came = ClusterReport.failing(ErrorMessage.about(e));
        }
        lock.lock();
        try {
            report = came;
            done = begun;
            if (came.isComplete()) {
                fillRate.add(Instant.now(), came.up().size(), came.usedBytes());
            }
            answered.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** How the disks fill, as far as this console has seen. */
    Optional<FillRate.Forecast> forecast(long freeBytes) {
        lock.lock();
        try {
            return fillRate.forecast(freeBytes);
        } finally {
            lock.unlock();
        }
    }
}
