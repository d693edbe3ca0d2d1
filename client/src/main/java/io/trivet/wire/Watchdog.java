package io.trivet.wire;

import io.trivet.model.Address;
import io.trivet.thread.BackgroundThreads;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes connections whose deadline has passed. A blocked socket read or write cannot be stopped
 * otherwise, except by an interrupt, which would close files that the thread uses.
 *
 * <p>With a {@link Pulse} it also closes connections on which nothing moves to a peer that hangs. A
 * stopped process or a vanished machine answers nothing at all; a node with a slow disk answers
 * everything except that request.
 */
final class Watchdog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    /** A connection is suspect when no byte has moved on it for this long. */
    static final Duration QUIET = Duration.ofMillis(700);

    private static final long PERIOD_NANOS = 50_000_000;

    private final Set<Connection> watched = ConcurrentHashMap.newKeySet();
    private final Set<Address> asked = ConcurrentHashMap.newKeySet();
    private final Map<Address, Long> answeredNanos = new ConcurrentHashMap<>();
    private final @Nullable Pulse pulse;
    private volatile boolean closed;

    /** Asks a peer whether its process runs; may take about a second. */
    interface Pulse {
        boolean answers(Address peer);
    }

    /** For accepted connections: their callers may be silent until the deadline. */
    Watchdog(String name) {
        this(name, null);
    }

    Watchdog(String name, @Nullable Pulse pulse) {
        this.pulse = pulse;
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
            try {
                look();
            } catch (Throwable e) { // also an Error: without this thread no wait would end
                LOG.warn("connections not watched for a moment cause=\"{}\"", e.toString());
            }
            LockSupport.parkNanos(PERIOD_NANOS);
        }
    }

    private void look() {
        long now = ProcessClock.nanos();
        for (Connection connection : watched) {
            if (connection.isOverdue(now)) {
                connection.expire();
            } else if (pulse != null && isInDoubt(connection, now - QUIET.toNanos())) {
                feel(pulse, connection.peer());
            }
        }
    }

    private boolean isInDoubt(Connection connection, long since) {
        @Nullable Long answered = answeredNanos.get(connection.peer());
        return connection.isQuietSince(since) && (answered == null || answered - since < 0);
    }

    /**
     * One ping at a time per peer; its answer counts for all connections that wait for the peer.
     */
    private void feel(Pulse asking, Address peer) {
        if (!asked.add(peer)) {
            return;
        }
        long before = ProcessClock.nanos() - QUIET.toNanos();
        BackgroundThreads.named("trivet-pulse").start(() -> {
            try {
                if (asking.answers(peer)) {
                    answeredNanos.put(peer, ProcessClock.nanos());
                } else {
                    watched.stream()
                            .filter(connection -> connection.peer().equals(peer) && connection.isQuietSince(before))
                            .forEach(Connection::expire);
                }
            } finally {
                asked.remove(peer);
            }
        });
    }

    /** Closes every connection it watches. */
    @Override
    public void close() {
        closed = true;
        watched.forEach(Connection::close);
    }
}
