package io.trivet.node;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.time.Duration;

/**
 * What this node is doing for others, so that it can end what it has begun and begin nothing more
 * before it stops. Any thread.
 */
final class InFlightRequests {
    private int running;
    private boolean leaving;

    /** Something begun; to be ended once. */
    interface Begun extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Begins something.
     *
     * @param elsewhere whether another node could do it as well: then it is refused with {@code
     *     BUSY} once this node is leaving
     */
    synchronized Begun begin(boolean elsewhere) {
        if (elsewhere && leaving) {
            throw TrivetException.of(Refusal.Kind.BUSY, "", "this node is stopping: ask another");
        }
        running++;
        return this::end;
    }

    private synchronized void end() {
        running--;
        notifyAll();
    }

    /** How many have begun and not ended. */
    synchronized int running() {
        return running;
    }

    /** Whether this node is stopping. */
    synchronized boolean isLeaving() {
        return leaving;
    }

    /** From now on nothing is begun that another node could do. */
    synchronized void leave() {
        leaving = true;
    }

    /** Waits until nothing is under way. False when time is up. */
    synchronized boolean awaitEnd(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (running > 0) {
            long leftMs = (end - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                return false;
            }
            try {
                wait(leftMs);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }
}
