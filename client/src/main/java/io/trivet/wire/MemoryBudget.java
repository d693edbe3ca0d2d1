package io.trivet.wire;

import java.net.ProtocolException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the connections of one kind of caller may make a listener hold together: large requests and
 * answers, and records of TLS that are not whole or not sent yet. When the budget is used up, the
 * connection is closed that has waited longest for a byte of its caller: a caller that begins a
 * message and stays silent, or does not read, keeps no one else out. Any thread.
 */
final class MemoryBudget {
    /** A connection on which a byte moved more recently than this is left alone. */
    static final Duration QUIET = Duration.ofMillis(500);

    private static final long LOOK_AGAIN_MS = 50;

    private final Map<Connection, Integer> held = new HashMap<>();
    private final Set<Connection> leaving = new HashSet<>();
    private final int bytes;
    private int free;

    MemoryBudget(int bytes) {
        this.bytes = bytes;
        this.free = bytes;
    }

    /**
     * Takes so many bytes more for this connection. Throws {@link ProtocolException} where there is
     * no room in time.
     */
    void take(Connection holder, int wanted, Duration limit) throws ProtocolException {
        long end = System.nanoTime() + limit.toNanos();
        while (!tryTake(holder, wanted)) {
            Connection quiet = quietest(holder);
            if (quiet != null) {
                quiet.close();
            }
            if (wanted > bytes || !awaitRoom(end)) {
                throw new ProtocolException("no room for " + wanted + " bytes: much else is under way");
            }
        }
    }

    private synchronized boolean tryTake(Connection holder, int wanted) {
        if (wanted > free) {
            return false;
        }
        free -= wanted;
        held.merge(holder, wanted, Integer::sum);
        return true;
    }

    /**
     * Of those that wait for their callers; each is told to go once, and gives back what it holds
     * when its thread has noticed.
     */
    private synchronized @Nullable Connection quietest(Connection asking) {
        @Nullable Connection quietest = null;
        long longest = QUIET.toNanos();
        for (Connection holder : held.keySet()) {
            long quiet = holder.traffic().waitingNanos();
            if (quiet > longest && !holder.equals(asking) && !leaving.contains(holder)) {
                longest = quiet;
                quietest = holder;
            }
        }
        if (quietest != null) {
            leaving.add(quietest);
        }
        return quietest;
    }

    /** False when time is up. */
    @SuppressWarnings("WaitNotInLoop") // whoever calls this looks again
    private synchronized boolean awaitRoom(long end) {
        long leftMs = (end - System.nanoTime()) / 1_000_000;
        if (leftMs <= 0) {
            return false;
        }
        try {
            wait(Math.min(leftMs, LOOK_AGAIN_MS));
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    synchronized void giveBack(Connection holder, int returned) {
        if (returned == 0) {
            return;
        }
        free += returned;
        if (held.merge(holder, -returned, Integer::sum) == 0) {
            held.remove(holder);
            leaving.remove(holder);
        }
        notifyAll();
    }

    synchronized int free() {
        return free;
    }
}
