package io.trivet.node;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does something again and again on a thread of its own. A round that fails is logged, and the next one is tried. */
final class Rounds implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

    private final CountDownLatch ended = new CountDownLatch(1);

    Rounds(String name, Duration period, Runnable round) {
        Thread.ofPlatform().daemon().name(name).start(() -> run(name, period, round));
    }

    private void run(String name, Duration period, Runnable round) {
        try {
            do {
                try {
                    round.run();
                } catch (RuntimeException e) {
                    LOG.warn("round failed name={}", name, e);
                }
            } while (!ended.await(period.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** No further round begins. */
    @Override
    public void close() {
        ended.countDown();
    }
}
