package io.trivet.wire;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Closes connections whose deadline has passed. A blocked read or write of a socket cannot be given up in another way without interrupting a thread,
 * which would close files that it uses.
 */
final class Watchdog implements AutoCloseable {
    private static final long PERIOD_NANOS = 50_000_000;

    private final Set<Connection> watched = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Watchdog(String name) {
        Thread.ofPlatform().daemon().name(name + "-watchdog").start(this::run);
    }

    void watch(Connection connection) {
        watched.add(connection);
        if (closed) {
            connection.close();
        }
    }

    void forget(Connection connection) {
        watched.remove(connection);
    }

    int watched() {
        return watched.size();
    }

    private void run() {
        while (!closed) {
            long now = System.nanoTime();
            for (Connection connection : watched) {
                if (connection.isOverdue(now)) {
                    connection.expire();
                }
            }
            LockSupport.parkNanos(PERIOD_NANOS);
        }
    }

    /** Closes every connection it watches. */
    @Override
    public void close() {
        closed = true;
        watched.forEach(Connection::close);
    }
}
