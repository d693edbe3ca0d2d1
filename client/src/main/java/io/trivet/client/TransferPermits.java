package io.trivet.client;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * How much one client has under way at once. A connection carries about as much as fits into the
 * buffers of its two ends in each round trip, some 2.5 MiB as measured, so the farther the nodes
 * the more of them fill the same link: one for every 3 ms fills 7 Gb/s. Near nodes are limited by
 * processors. All transfers of a client share {@link #ALL} lanes; one that has several gives them
 * back, all but one, when another waits. Any thread.
 */
final class TransferPermits {
    /** Chunks under way, of all files. */
    static final int ALL = 24;

    /** Chunks of one file: on loopback and two processors, more were no faster. */
    static final int NEAREST = 4;

    static final int FARTHEST = 16;
    static final Duration PER_LANE = Duration.ofMillis(3);

    private final int wanted;
    private final Supplier<Optional<Duration>> roundTrip;
    private final int processors;
    private final Semaphore free = new Semaphore(ALL, true);

    /**
     * @param wanted chunks of one file at once; {@link ClientOptions#AUTOMATIC} for as many as the distance asks for
     * @param roundTrip to the nodes, when it is known
     */
    TransferPermits(int wanted, Supplier<Optional<Duration>> roundTrip, int processors) {
        this.wanted = wanted;
        this.roundTrip = roundTrip;
        this.processors = processors;
    }

    /** Chunks of one file to have under way. */
    int ofOneFile() {
        if (wanted != ClientOptions.AUTOMATIC) {
            return wanted;
        }
        long distance = roundTrip.get().orElse(Duration.ZERO).dividedBy(PER_LANE);
        return Math.clamp(Math.max(processors, distance), NEAREST, FARTHEST);
    }

    /** Files to have under way: most are small, and wait for answers more than for bytes. */
    int files() {
        return 2 * ofOneFile();
    }

    /** A lane, as soon as there is one. */
    void enter() throws InterruptedIOException {
        try {
            free.acquire();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped while waiting for other transfers");
        }
    }

    /** Another lane for a transfer that has one, if nobody else needs it. */
    boolean enterIfFree() {
        return !free.hasQueuedThreads() && free.tryAcquire();
    }

    /** Whether a transfer waits for its first lane. */
    boolean areWanted() {
        return free.hasQueuedThreads();
    }

    void leave() {
        free.release();
    }

    /**
     * How long to wait for what {@link #NEAREST} transfers do within {@code limit}: as many as
     * there are share one line.
     */
    Duration shared(Duration limit) {
        int busy = ALL - free.availablePermits();
        return busy <= NEAREST ? limit : limit.multipliedBy(busy).dividedBy(NEAREST);
    }
}
