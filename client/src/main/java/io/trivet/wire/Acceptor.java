package io.trivet.wire;

import io.trivet.model.Address;
import io.trivet.model.ClusterId;
import io.trivet.wire.credentials.UntrustedException;
import io.trivet.wire.protocol.RequestEnvelope;
import io.trivet.wire.protocol.RequestId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections and serves each on a thread of its own. The only place where connections are
 * accepted.
 *
 * <p>Platform threads serve the first {@link #ON_PLATFORM_THREADS}, because arriving bytes then
 * wake the serving thread directly; half of them are for networks from which somebody
 * authenticated. Virtual threads serve the rest; they cost more per request and almost nothing while
 * they wait.
 *
 * <p>There are at most {@code maxConnections} at once, of which a quarter may not have sent a first
 * request yet; {@link ConnectionLimiter} decides which are closed when there are more. {@link
 * StrangerLimiter} limits the processor time that strangers take. A bad frame ends its connection,
 * with a line in the log, and has no other effect.
 */
public final class Acceptor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);
    private static final int BACKLOG = 512;

    /** Each has a stack; more would cost noticeable memory. */
    private static final int ON_PLATFORM_THREADS = 128;

    /** The connection of a stranger gets a platform thread only where so many are left. */
    private static final int LEFT_BY_STRANGERS = ON_PLATFORM_THREADS / 2;

    /** A connection that authenticated makes its network known again after this time. */
    private static final Duration KNOWN_AGAIN = StrangerLimiter.KNOWN_FOR.dividedBy(4);

    /** The greeting share: one in this many connections may be without a first request. */
    private static final int GREETING_SHARE = 4;

    /**
     * How long a caller may take.
     *
     * @param greeting from the connection to the end of the first request's header, with handshake
     *     and preface
     * @param request from the first byte of a later request to the end of its header
     * @param idle from an answer to the first byte of the next request
     */
    public record Limits(Duration greeting, Duration request, Duration idle) {
        public static final Limits USUAL =
                new Limits(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMinutes(10));
    }

    /** Serves one exchange. */
    public interface Handler {
        /**
         * Answers the request, bodies and pieces included, with deadlines of its own. An exception
         * ends the connection.
         */
        void handle(Connection connection, Connection.Incoming<RequestEnvelope> request) throws IOException;

        /**
         * A connection ended before its first request: the two ends do not trust each other or
         * speak different protocols.
         */
        default void turnedAway(Address peer, String reason) {}
    }

    private final List<ServerSocketChannel> servers;
    private final Watchdog watchdog;
    private final ClusterId cluster;
    private final Handler handler;
    private final String name;
    private final TransportSecurity transportSecurity;
    private final ConnectionLimiter connectionLimiter;
    private final StrangerLimiter strangers;
    private final Limits limits;
    private final ListenerMemory memory = new ListenerMemory();
    private final WireTraffic traffic = new WireTraffic();
    private final Semaphore platformThreads = new Semaphore(ON_PLATFORM_THREADS);

    /**
     * Listens on return; {@link #start} begins to accept. Throws {@link IOException} that names the
     * address if it cannot listen.
     */
    public Acceptor(
            String name,
            Address listen,
            ClusterId cluster,
            TransportSecurity transportSecurity,
            Handler handler,
            int maxConnections)
            throws IOException {
        this(name, listen, cluster, transportSecurity, handler, maxConnections, Limits.USUAL);
    }

    /** As above, with other limits. */
    public Acceptor(
            String name,
            Address listen,
            ClusterId cluster,
            TransportSecurity transportSecurity,
            Handler handler,
            int maxConnections,
            Limits limits)
            throws IOException {
        this(name, listen, cluster, transportSecurity, handler, maxConnections, limits, new StrangerLimiter());
    }

    Acceptor(
            String name,
            Address listen,
            ClusterId cluster,
            TransportSecurity transportSecurity,
            Handler handler,
            int maxConnections,
            Limits limits,
            StrangerLimiter strangers)
            throws IOException {
        this.name = name;
        this.limits = limits;
        this.strangers = strangers;
        this.cluster = cluster;
        this.handler = handler;
        this.transportSecurity = transportSecurity;
        this.connectionLimiter = new ConnectionLimiter(maxConnections, Math.max(1, maxConnections / GREETING_SHARE));
        this.servers = ListenSockets.on(listen, BACKLOG);
        this.watchdog = new Watchdog(name);
    }

    public void start() {
        for (ServerSocketChannel server : servers) {
            Thread.ofPlatform().daemon().name(name + "-accept").start(() -> acceptAll(server));
        }
    }

    /**
     * Survives any failure of one connection: without this thread the node would look alive but
     * accept nobody.
     */
    private void acceptAll(ServerSocketChannel server) {
        AcceptBackoff acceptBackoff = new AcceptBackoff(server);
        while (server.isOpen()) {
            try {
                serveOnItsOwn(server.accept());
                acceptBackoff.succeeded();
            } catch (Throwable e) { // also an Error, see above
                if (server.isOpen()) {
                    acceptBackoff.failed(e);
                }
            }
        }
        acceptBackoff.close();
    }

    private void serveOnItsOwn(SocketChannel channel) throws IOException {
        boolean served = false;
        try {
            Address peer = peerOf(channel);
            String network = ConnectionLimiter.network(peer.host());
            if (strangers.admits(network)) {
                startServing(channel, peer, strangers.isKnown(network));
                served = true;
            } else {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0); // leaves nothing behind
            }
        } finally {
            if (!served) {
                channel.close();
            }
        }
    }

    private void startServing(SocketChannel channel, Address peer, boolean isKnown) {
        String serving = name + "-serve";
        boolean may = isKnown || platformThreads.availablePermits() > LEFT_BY_STRANGERS;
        if (may && platformThreads.tryAcquire()) {
            try {
                Thread.ofPlatform().daemon().name(serving).start(() -> {
                    try {
                        serve(channel, peer);
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
        Thread.ofVirtual().name(serving).start(() -> serve(channel, peer));
    }

    private void serve(SocketChannel channel, Address peer) {
        try (Connection connection = new Connection(transportSecurity.link(channel, false), peer, watchdog)) {
            if (!connectionLimiter.admits(connection)) {
                return;
            }
            try {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                greetAndServe(channel, connection);
            } finally {
                connection.end();
                connectionLimiter.leaves(connection);
            }
        } catch (IOException e) {
            LOG.debug("connection ended cause=\"{}\"", e.toString());
        } catch (RuntimeException e) {
            LOG.warn("connection ended by a bug", e);
        }
    }

    private void greetAndServe(SocketChannel channel, Connection connection) throws IOException {
        connection.timeout(limits.greeting);
        connection.share(memory);
        connection.countIn(traffic);
        connection.limit(strangers);
        try {
            connection.handshake();
            Authenticated authenticated = new Authenticated(connection);
            if (connection.welcome(cluster)) {
                try {
                    serve(connection, authenticated);
                } finally {
                    authenticated.ends();
                }
            } else {
                turnedAway(connection, "it is of another cluster, or of another version of the wire");
                connection.farewell();
            }
        } catch (SpokenPlainException e) {
            turnedAway(connection, e.getMessage());
            refusePlaintext(new Connection(new PlainChannel(channel, e.said()), connection.peer(), watchdog));
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
            plain.timeout(limits.greeting);
            plain.refusePlaintext();
            plain.farewell();
        }
    }

    /** The deadline of the greeting covers the first request. */
    @SuppressWarnings("try") // the scope of the request has no other use
    private void serve(Connection connection, Authenticated authenticated) throws IOException {
        for (var request = connection.nextRequest(limits.request);
                request != null;
                request = connection.nextRequest(limits.request)) {
            connectionLimiter.works(connection);
            try (RequestId.Scope ignored = RequestId.serving(request.message().id())) {
                handler.handle(connection, request);
            } finally {
                connection.endTurn();
            }
            authenticated.look();
            connection.timeout(limits.idle);
            connectionLimiter.waits(connection);
        }
    }

    /** Makes the network of a connection known while its peer is no stranger. The thread that serves it. */
    private final class Authenticated {
        private final Connection connection;
        private boolean is;
        private long sinceNanos;

        Authenticated(Connection connection) {
            this.connection = connection;
            look(); // a certificate is enough
        }

        void look() {
            long now = System.nanoTime();
            if (!connection.isStranger() && (!is || now - sinceNanos > KNOWN_AGAIN.toNanos())) {
                is = true;
                sinceNanos = now;
                strangers.authenticated(
                        ConnectionLimiter.network(connection.peer().host()));
            }
        }

        /** A peer that stayed for long may connect again as one that is known. */
        void ends() {
            if (is) {
                strangers.authenticated(
                        ConnectionLimiter.network(connection.peer().host()));
            }
        }
    }

    private static Address peerOf(SocketChannel channel) throws IOException {
        InetSocketAddress remote = (InetSocketAddress) channel.getRemoteAddress();
        return new Address(remote.getAddress().getHostAddress(), remote.getPort());
    }

    public int openConnections() {
        return connectionLimiter.open();
    }

    /** Of all connections that were accepted. */
    public WireTraffic traffic() {
        return traffic;
    }

    /** Stops listening and closes every connection. */
    @Override
    public void close() throws IOException {
        try {
            for (ServerSocketChannel server : servers) {
                server.close();
            }
        } finally {
            watchdog.close();
        }
    }
}
