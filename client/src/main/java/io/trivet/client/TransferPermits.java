package io.trivet.client;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Limits how many chunks one client transfers at once. Per round trip, a connection carries about
 * as much as fits into the buffers of its two ends, about 2.5 MiB as measured. So distant nodes
 * need more connections to fill the same link: one for every 3 ms fills 7 Gb/s. Near nodes are
 * limited by processors. All transfers of a client share {@link #ALL} permits; a transfer with
 * several gives all but one back when another waits. Any thread.
 */
final class TransferPermits {
    /** The most chunks in transfer, of all files. */
    static final int ALL = 24;

    /** The least for one file: with two processors on loopback, more were no faster. */
    static final int NEAREST = 4;

    static final int FARTHEST = 16;
    static final Duration PER_LANE = Duration.ofMillis(3);

    private final int wanted;
    private final Supplier<Optional<Duration>> roundTrip;
    private final int processors;
    private final Permits free = new Permits();

    /** Permits that nobody gets, while the rate is limited. */
    private int setAside;

    private static final class Permits extends Semaphore {
        private static final long serialVersionUID = 1;

        Permits() {
            super(ALL, true);
        }

        /** Also below zero, until enough transfers have ended. */
        void remove(int count) {
            reducePermits(count);
        }
    }

    /**
     * @param wanted chunks of one file at once; {@link ClientOptions#AUTOMATIC} to choose by
     *     distance
     * @param roundTrip to the nodes, once it is known
     */
    TransferPermits(int wanted, Supplier<Optional<Duration>> roundTrip, int processors) {
        this.wanted = wanted;
        this.roundTrip = roundTrip;
        this.processors = processors;
    }

    /** How many chunks of one file to transfer at once. */
    int ofOneFile() {
        if (wanted != ClientOptions.AUTOMATIC) {
            return wanted;
        }
        long distance = roundTrip.get().orElse(Duration.ZERO).dividedBy(PER_LANE);
        return Math.clamp(Math.max(processors, distance), NEAREST, FARTHEST);
    }

    /**
     * How many files to transfer at once: most are small, and wait for answers more than for bytes.
     */
    int files() {
        return 2 * ofOneFile();
    }

    /**
     * Lets at most this many chunks be in transfer at once, 1 to {@link #ALL}; those under way are
     * completed.
     */
    synchronized void limitTo(int most) {
        int aside = ALL - Math.clamp(most, 1, ALL);
        if (aside > setAside) {
            free.remove(aside - setAside);
        } else {
            free.release(setAside - aside);
        }
        setAside = aside;
    }

    private synchronized int all() {
        return ALL - setAside;
    }

    /** Waits for a permit. */
    void enter() throws InterruptedIOException {
        try {
            free.acquire();
        } catch (InterruptedException ignored) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped while waiting for other transfers");
        }
    }

    /** Takes another permit for a transfer that has one, unless a transfer waits for its first. */
    boolean enterIfFree() {
        return !free.hasQueuedThreads() && free.tryAcquire();
    }

    /** Whether a transfer waits for its first permit. */
    boolean areWanted() {
        return free.hasQueuedThreads();
    }

    void leave() {
        free.release();
    }

    /**
     * Scales a timeout for {@link #NEAREST} transfers to the current number, because all share one
     * line.
     */
    Duration shared(Duration limit) {
        int busy = all() - free.availablePermits();
        return busy <= NEAREST ? limit : limit.multipliedBy(busy).dividedBy(NEAREST);
    }
}
