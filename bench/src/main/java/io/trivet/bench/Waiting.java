package io.trivet.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waiting for something to become true, with an end. */
final class Waiting {
    private static final long POLL_NANOS = 50_000_000;

    private Waiting() {}

    /** Something that is looked at again and again. */
    interface Condition<E extends Exception> {
        boolean holds() throws IOException, E;
    }

    /** Looks every 50 ms; an {@link IOException} when it takes longer than the limit. */
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
