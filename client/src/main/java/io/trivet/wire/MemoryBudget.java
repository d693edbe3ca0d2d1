package io.trivet.wire;

import java.net.ProtocolException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what the connections of one kind of caller may make a listener hold: large requests and
 * answers, and TLS records that are incomplete or not sent yet. When the budget is used up, it
 * closes the connection that has waited longest for a byte of its caller. So a caller that begins a
 * message and stays silent, or does not read, keeps no other out. Any thread.
 */
final class MemoryBudget {
    /** A connection on which a byte moved more recently is not closed. */
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
     * Takes more bytes for this connection. Throws {@link ProtocolException} if there is no room in
     * time.
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
     * The holder that has waited longest for its caller. Each is chosen once, and gives back its
     * bytes when its thread has noticed.
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

    /** False if time is up. */
    @SuppressWarnings("WaitNotInLoop") // the caller checks again
    private synchronized boolean awaitRoom(long end) {
        long leftMs = (end - System.nanoTime()) / 1_000_000;
        if (leftMs <= 0) {
            return false;
        }
        try {
            wait(Math.min(leftMs, LOOK_AGAIN_MS));
            return true;
        } catch (InterruptedException ignored) {
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
