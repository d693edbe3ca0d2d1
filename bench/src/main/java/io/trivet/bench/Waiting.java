package io.trivet.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for a condition, with a timeout. */
final class Waiting {
    private static final long POLL_NANOS = 50_000_000;

    private Waiting() {}

    /** A condition that is polled. */
    interface Condition<E extends Exception> {
        boolean holds() throws IOException, E;
    }

    /** Polls every 50 ms; throws {@link IOException} after the limit. */
    static <E extends Exception> void until(Duration limit, Condition<E> condition) throws IOException, E {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() - end > 0) {
                throw new IOException("it did not happen within " + limit.toSeconds() + " s");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}
