package io.trivet.repair;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A chore on a platform thread of its own. After a unit that fails the next one is tried after a pause; the first of several failures is logged, unless
 * there was only no leader to ask.
 */
public final class ChoreThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChoreThread.class);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);
    private static final Duration WHILE_WAITING = Duration.ofSeconds(1);

    private final CountDownLatch ended = new CountDownLatch(1);
    private boolean failing;

    public ChoreThread(String name, Chore chore) {
        Thread.ofPlatform().daemon().name(name).start(() -> run(name, chore));
    }

    private void run(String name, Chore chore) {
        try {
            Duration rest = Duration.ZERO;
            while (!ended.await(rest.toNanos(), TimeUnit.NANOSECONDS)) {
                rest = step(name, chore);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration step(String name, Chore chore) {
        try {
            Duration rest = chore.step();
            failing = false;
            return rest;
        } catch (RuntimeException e) {
            if (isWaiting(e)) {
                return WHILE_WAITING;
            }
            if (!failing) {
                LOG.warn("chore failed name={} cause=\"{}\"", name, e.toString());
            }
            failing = true;
            return AFTER_FAILURE;
        }
    }

    /** At a start, or between two leaders, there is nobody to ask: that passes, or shows elsewhere. */
    private static boolean isWaiting(RuntimeException failure) {
        return failure instanceof TrivetException refused
                && (refused.kind() == Refusal.Kind.NO_QUORUM || refused.kind() == Refusal.Kind.NOT_LEADER);
    }

    /** No further unit begins. The thread is not interrupted: it may be inside a file. */
    @Override
    public void close() {
        ended.countDown();
    }
}
