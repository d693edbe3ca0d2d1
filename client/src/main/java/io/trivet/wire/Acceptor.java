package io.trivet.wire;

import io.trivet.model.Address;
import io.trivet.model.ClusterId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections and serves each on a thread of its own. The only place where connections are accepted.
 *
 * <p>The first {@link #ON_PLATFORM_THREADS} at a time are served by platform threads: what arrives wakes the thread that serves it, and nobody in between.
 * A crowd beyond them is served by virtual ones, which cost more for each request and next to nothing while they wait.
 *
 * <p>At most {@code maxConnections} at once, of which a quarter may be on their way to a first request; {@link Doorkeeper} says who goes when there are
 * more. A bad frame ends its connection, with a line in the log, and nothing else.
 */
public final class Acceptor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);
    private static final int BACKLOG = 512;

    /** Each has a stack; more would be felt in memory. */
    private static final int ON_PLATFORM_THREADS = 128;

    /** The part of the connections that may be without a first request: one of so many. */
    private static final int GREETING_SHARE = 4;

    /**
     * How long a caller may take.
     *
     * @param greeting from the connection to the end of the first request's header, handshake and preface included
     * @param request from the first byte of a later request to the end of its header
     * @param idle from an answer to the first byte of the next request
     */
    public record Limits(Duration greeting, Duration request, Duration idle) {
        public static final Limits USUAL =
                new Limits(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMinutes(10));
    }

    /** Carries out one exchange. */
    public interface Handler {
        /** Answers the request, bodies and pieces included, with deadlines of its own. What it throws ends the connection. */
        void handle(Connection connection, Connection.Incoming<Addressed> request) throws IOException;

        /** A connection ended before a request: the ends do not believe each other, or do not speak alike. */
        default void turnedAway(Address peer, String reason) {}
    }

    private final ServerSocketChannel server;
    private final Watchdog watchdog;
    private final ClusterId cluster;
    private final Handler handler;
    private final String name;
    private final Protection protection;
    private final Doorkeeper doorkeeper;
    private final Limits limits;
    private final LargeFrames large = new LargeFrames();
    private final Semaphore platformThreads = new Semaphore(ON_PLATFORM_THREADS);

    /** Listens on return; {@link #start} begins to accept. Throws {@link IOException} that names the address where it cannot. */
    public Acceptor(
            String name, Address listen, ClusterId cluster, Protection protection, Handler handler, int maxConnections)
            throws IOException {
        this(name, listen, cluster, protection, handler, maxConnections, Limits.USUAL);
    }

    /** As above, with other limits. */
    public Acceptor(
            String name,
            Address listen,
            ClusterId cluster,
            Protection protection,
            Handler handler,
            int maxConnections,
            Limits limits)
            throws IOException {
        this.name = name;
        this.limits = limits;
        this.cluster = cluster;
        this.handler = handler;
        this.protection = protection;
        this.doorkeeper = new Doorkeeper(maxConnections, Math.max(1, maxConnections / GREETING_SHARE));
        this.server = ServerSocketChannel.open();
        try {
            server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            server.bind(new InetSocketAddress(listen.host(), listen.port()), BACKLOG);
        } catch (IOException | java.nio.channels.UnresolvedAddressException e) {
            server.close();
            throw new IOException("cannot listen on " + listen + ": " + e.getMessage(), e);
        }
        this.watchdog = new Watchdog(name);
    }

    public void start() {
        Thread.ofPlatform().daemon().name(name + "-accept").start(this::acceptAll);
    }

    private void acceptAll() {
        while (server.isOpen()) {
            try {
                SocketChannel channel = server.accept();
                serveOnItsOwn(channel);
            } catch (IOException e) {
                if (server.isOpen()) {
                    LOG.warn("accept failed: {}", e.toString());
                }
            }
        }
    }

    private void serveOnItsOwn(SocketChannel channel) {
        String serving = name + "-serve";
        if (platformThreads.tryAcquire()) {
            try {
                Thread.ofPlatform().daemon().name(serving).start(() -> {
                    try {
                        serve(channel);
                    } finally {
                        platformThreads.release();
                    }
                });
                return;
            } catch (OutOfMemoryError e) { // the system gives this process no more threads
                platformThreads.release();
                LOG.warn("no platform thread for a connection: {}", e.getMessage());
            }
        }
        Thread.ofVirtual().name(serving).start(() -> serve(channel));
    }

    private void serve(SocketChannel channel) {
        try (Connection connection = new Connection(protection.link(channel, false), peerOf(channel), watchdog)) {
            if (!doorkeeper.admits(connection)) {
                return;
            }
            try {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                greetAndServe(channel, connection);
            } finally {
                connection.settle();
                doorkeeper.leaves(connection);
            }
        } catch (IOException e) {
            LOG.debug("connection ended cause=\"{}\"", e.toString());
        } catch (RuntimeException e) {
            LOG.warn("connection ended by a bug", e);
        }
    }

    private void greetAndServe(SocketChannel channel, Connection connection) throws IOException {
        connection.within(limits.greeting);
        try {
            connection.greet();
            if (connection.welcome(cluster)) {
                serve(connection);
            } else {
                turnedAway(connection, "it is of another cluster, or of another version of the wire");
                connection.farewell();
            }
        } catch (SpokenPlainException e) {
            turnedAway(connection, e.getMessage());
            refusePlaintext(new Connection(new PlainLink(channel, e.said()), connection.peer(), watchdog));
        } catch (UntrustedException e) {
            turnedAway(connection, e.getMessage());
        } catch (ProtocolException e) {
            LOG.info("bad frame peer={} reason=\"{}\"", connection.peer(), e.getMessage());
            connection.farewell();
        }
    }

    private void turnedAway(Connection connection, @Nullable String reason) {
        LOG.info("refused peer={} reason=\"{}\"", connection.peer(), reason);
        handler.turnedAway(connection.peer(), String.valueOf(reason));
    }

    private void refusePlaintext(Connection plain) throws IOException {
        try (plain) {
            plain.within(limits.greeting);
            plain.refusePlaintext();
            plain.farewell();
        }
    }

    /** The first request must come within the time of the greeting. */
    private void serve(Connection connection) throws IOException {
        connection.share(large);
        for (var request = connection.nextRequest(limits.request);
                request != null;
                request = connection.nextRequest(limits.request)) {
            doorkeeper.works(connection);
            try (RequestId.Scope _ = RequestId.serving(request.message().id())) {
                handler.handle(connection, request);
            }
            connection.within(limits.idle);
            doorkeeper.waits(connection);
        }
    }

    private static Address peerOf(SocketChannel channel) throws IOException {
        InetSocketAddress remote = (InetSocketAddress) channel.getRemoteAddress();
        return new Address(remote.getAddress().getHostAddress(), remote.getPort());
    }

    public int openConnections() {
        return doorkeeper.open();
    }

    /** Stops listening and closes every connection. */
    @Override
    public void close() throws IOException {
        server.close();
        watchdog.close();
    }
}
