package io.trivet.node.http;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * What callers may do with their connections, beside the idle timeout. Idle ones give way to new
 * ones. One on which a handshake or the header of a request comes too slowly, byte after byte,
 * each in time for the idle timeout, is closed. Any thread.
 */
public final class HttpConnectionLimits implements Connection.Listener {
    private final Scheduler scheduler;
    private final int most;
    private final Duration limit;
    private final Set<Connection> open = new HashSet<>();

    /**
     * @param most connections that are open at once
     * @param limit for a handshake, and from the first byte of a request to the end of its header,
     *     to within twice as long
     */
    public HttpConnectionLimits(Scheduler scheduler, int most, Duration limit) {
        this.scheduler = scheduler;
        this.most = most;
        this.limit = limit;
    }

    /** What a connection had done at one moment. */
    private record Seen(long requests, long answers, long bytes) {
        static Seen of(Connection connection) {
            return new Seen(connection.getMessagesIn(), connection.getMessagesOut(), connection.getBytesIn());
        }
    }

    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof SslConnection tls) {
            lookAtHandshake(tls);
            return;
        }
        whoGoesFor(connection).ifPresent(longest -> longest.getEndPoint().close());
        look(connection, Seen.of(connection));
    }

    @Override
    public void onClosed(Connection connection) {
        synchronized (open) {
            open.remove(connection);
        }
    }

    /** The one on which nothing has moved for longest, rather one that asks nothing now. */
    private Optional<Connection> whoGoesFor(Connection added) {
        synchronized (open) {
            Optional<Connection> longest = open.size() < most
                    ? Optional.empty()
                    : open.stream()
                            .max(Comparator.<Connection>comparingInt(each -> asksNothing(each) ? 1 : 0)
                                    .thenComparingLong(HttpConnectionLimits::idleMs));
            longest.ifPresent(open::remove);
            open.add(added);
            return longest;
        }
    }

    private static boolean asksNothing(Connection connection) {
        return connection.getMessagesIn() == connection.getMessagesOut();
    }

    private static long idleMs(Connection connection) {
        return connection.getEndPoint() instanceof AbstractEndPoint endPoint ? endPoint.getIdleFor() : 0;
    }

    private void lookAtHandshake(SslConnection tls) {
        AtomicBoolean agreed = new AtomicBoolean();
        tls.addHandshakeListener(new SslHandshakeListener() {
            @Override
            public void handshakeSucceeded(Event event) {
                agreed.set(true);
            }
        });
        schedule(() -> {
            if (!agreed.get()) {
                tls.getEndPoint().close();
            }
        });
    }

    private void schedule(Runnable look) {
        scheduler.schedule(look, limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look(Connection connection, Seen before) {
        schedule(() -> {
            if (!connection.getEndPoint().isOpen()) {
                return;
            }
            Seen now = Seen.of(connection);
            boolean between = now.requests == now.answers && now.requests == before.requests;
            if (between && now.bytes > before.bytes) {
                connection.getEndPoint().close();
            } else {
                look(connection, now);
            }
        });
    }
}
