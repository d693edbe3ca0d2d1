package io.trivet.wire;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts the connections of a listener and makes room for new ones: who does nothing must not keep out who wants something. Any thread.
 *
 * <p>Too many on their way to a first request: the one that has been so for longest goes. An honest caller is through in milliseconds, so this hits those
 * who connect and then say nothing, or a byte a second. Too many at all: the one that has been idle for longest goes; its client connects again when it
 * needs to. Who is being served stays; if all are, the new one is turned away.
 */
final class Doorkeeper {
    private final int maxOpen;
    private final int maxGreeting;
    private final AtomicInteger open = new AtomicInteger();
    private final Map<Connection, Long> greeting = new ConcurrentHashMap<>();
    private final Map<Connection, Long> waiting = new ConcurrentHashMap<>();

    Doorkeeper(int maxOpen, int maxGreeting) {
        this.maxOpen = maxOpen;
        this.maxGreeting = maxGreeting;
    }

    int open() {
        return open.get();
    }

    /** Takes a new connection in, perhaps for another one; false if there is no room. Who is let in {@link #leaves} one day. */
    boolean admits(Connection connection) {
        if (greeting.size() >= maxGreeting) {
            closeOldest(greeting);
        }
        if (open.incrementAndGet() > maxOpen && !closeOldest(waiting) && !closeOldest(greeting)) {
            open.decrementAndGet();
            return false;
        }
        greeting.put(connection, System.nanoTime());
        return true;
    }

    /** It has made a request. */
    void works(Connection connection) {
        greeting.remove(connection);
        waiting.remove(connection);
    }

    /** It was answered, and may make another one. */
    void waits(Connection connection) {
        waiting.put(connection, System.nanoTime());
    }

    void leaves(Connection connection) {
        works(connection);
        open.decrementAndGet();
    }

    /** Those that are closed leave a moment later, so that for a moment there are more than the limits say. */
    private static boolean closeOldest(Map<Connection, Long> connections) {
        long now = System.nanoTime();
        Map.@Nullable Entry<Connection, Long> oldest = null;
        for (Map.Entry<Connection, Long> entry : connections.entrySet()) {
            if (oldest == null || now - entry.getValue() > now - oldest.getValue()) {
                oldest = entry;
            }
        }
        if (oldest == null) {
            return false;
        }
        connections.remove(oldest.getKey());
        oldest.getKey().close();
        return true;
    }
}
