package io.trivet.node;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.time.Duration;

/**
 * The requests that this node is serving, so that it can finish them and accept no more before it
 * stops. Any thread.
 */
final class InFlightRequests {
    private int running;
    private boolean leaving;

    /** A request in progress; close it once. */
    interface Begun extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Begins a request.
     *
     * @param elsewhere whether another node could serve it too; it is then refused with {@code
     *     BUSY} once this node is stopping
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

    /** How many requests have begun and not ended. */
    synchronized int running() {
        return running;
    }

    /** Whether this node is stopping. */
    synchronized boolean isLeaving() {
        return leaving;
    }

    /** From now on requests that another node could serve are refused. */
    synchronized void leave() {
        leaving = true;
    }

    /** Waits until no request is in progress. False if time is up. */
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
