package io.trivet.wire;

import io.trivet.model.Address;
import io.trivet.model.ClusterId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.credentials.CertifiedNode;
import io.trivet.wire.credentials.UntrustedException;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections and pools idle ones. The only place where connections are made.
 *
 * <p>A node that hangs is detected quickly: if no byte has moved for {@link Watchdog#QUIET}, the
 * connector pings the node, and closes the connection if there is no answer. A node that is only
 * slow, for example in an fsync, answers the ping, and the caller waits as long as it allows.
 *
 * <p>A connection is taken, used for whole exchanges, and either given back or closed; never
 * shared. Any thread.
 */
public final class Connector implements AutoCloseable {
    /** How long a node may take to accept a connection. */
    public static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);

    /**
     * How long a node may take to answer a ping. A running process answers in this time whatever
     * its disks do.
     */
    private static final Duration PULSE_LIMIT = Duration.ofMillis(1200);

    /** The most idle connections kept for one address. */
    private static final int MAX_IDLE = 16;

    /** How long the TLS handshake may take. */
    private static final Duration GREETING_LIMIT = Duration.ofSeconds(5);

    private final TransportSecurity transportSecurity;
    private final Watchdog watchdog;
    private final WireTraffic traffic = new WireTraffic();
    private final Map<Address, Deque<Connection>> idle = new ConcurrentHashMap<>();

    /** The shortest time in which a connection to each peer was made. */
    private final Map<Address, Duration> roundTrips = new ConcurrentHashMap<>();

    private volatile ClusterId cluster;
    private volatile boolean closed;
    private volatile @Nullable LoginHandshake loginHandshake;
    private volatile boolean alwaysIntroduced;
    private volatile boolean proven;
    private volatile Predicate<CertifiedNode> isKnown = ignored -> true;

    /**
     * {@code cluster} null: any cluster is accepted, and the first that answers is the only one
     * from then on.
     */
    public Connector(String name, @Nullable ClusterId cluster, TransportSecurity transportSecurity) {
        this.transportSecurity = transportSecurity;
        this.watchdog = new Watchdog(name, this::answers);
        this.cluster = cluster == null ? Preface.UNKNOWN : cluster;
    }

    /** Pings: a request that touches no disk, on a connection of its own. Any answer counts. */
    private boolean answers(Address peer) {
        try {
            call(peer, RequestEnvelope.toAny(new Request.GetView()), PULSE_LIMIT);
            return true;
        } catch (TrivetException e) {
            return closed || e.kind() != Refusal.Kind.UNREACHABLE;
        }
    }

    /**
     * Sets how this side authenticates.
     *
     * @param always on every connection from now on; else only where {@link #callAsOneself} needs
     *     it
     */
    public void introduceAs(LoginHandshake oneself, boolean always) {
        loginHandshake = oneself;
        alwaysIntroduced = always;
    }

    /**
     * From now on a peer counts as the node that it claims to be only if this predicate accepts its
     * key, checked at each request.
     */
    public void compareKeys(Predicate<CertifiedNode> known) {
        isKnown = known;
    }

    /** Bytes of all connections of this connector. */
    public WireTraffic traffic() {
        return traffic;
    }

    /** Whether a peer has proved that it knows this side's secret. */
    public boolean isProven() {
        return proven;
    }

    /** From now on only this cluster is accepted. */
    public void expect(ClusterId known) {
        cluster = known;
    }

    /**
     * An idle connection, or a new one. Throws {@code UNREACHABLE} if the peer does not accept in
     * time.
     *
     * @param limit time for the caller's exchange, until it calls {@link Connection#timeout}
     *     itself. It also bounds the making of a new connection, because a stopped process still
     *     seems to accept connections
     */
    public Connection take(Address address, Duration limit) {
        LoginHandshake oneself = loginHandshake;
        return oneself != null && alwaysIntroduced ? takeAs(oneself, address, limit) : anyTo(address, limit);
    }

    /**
     * An idle connection, or a new one, on which this side has authenticated. A refusal is thrown.
     */
    public Connection takeAsOneself(Address address, Duration limit) {
        LoginHandshake oneself = loginHandshake;
        return oneself == null ? anyTo(address, limit) : takeAs(oneself, address, limit);
    }

    private Connection anyTo(Address address, Duration limit) {
        Connection connection = idleTo(address);
        if (connection == null) {
            connection = connect(address, limit);
        }
        connection.timeout(limit);
        return connection;
    }

    private Connection takeAs(LoginHandshake oneself, Address address, Duration limit) {
        LoginHandshake.Login login = oneself.current(); // may take a while, and no connection waits for it
        Connection connection = anyTo(address, limit);
        if (connection.isIntroducedAs(login.who())) {
            return connection;
        }
        boolean known = false;
        try {
            oneself.introduce(connection, login);
            known = true;
            proven = true;
            return connection;
        } catch (IOException e) {
            throw unreachable(connection.peer(), e);
        } finally {
            if (!known) {
                connection.close();
            }
        }
    }

    private @Nullable Connection idleTo(Address address) {
        Deque<Connection> resting = idle.get(address);
        while (resting != null) {
            Connection connection;
            synchronized (resting) {
                connection = resting.pollLast();
            }
            if (connection == null || connection.isQuiet()) {
                return connection;
            }
            connection.close();
        }
        return null;
    }

    @SuppressWarnings("resource") // the connection owns the channel
    private Connection connect(Address address, Duration limit) {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        try {
            List<InetAddress> addresses = ResolvedName.of(address.host());
            long begin = System.nanoTime();
            SocketChannel channel = AddressRace.to(address, addresses, shorter(CONNECT_LIMIT, limit));
            roundTrips.merge(address, Duration.ofNanos(System.nanoTime() - begin), Connector::shorter);
            Connection connection = new Connection(transportSecurity.link(channel, true), address, watchdog);
            connection.countIn(traffic);
            try {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                connection.timeout(shorter(GREETING_LIMIT, limit));
                connection.handshake();
                connection.callerOf(cluster);
                connection.compareKeys(node -> isKnown.test(node));
                return connection;
            } catch (AsynchronousCloseException e) {
                connection.close();
                throw new SocketTimeoutException(address + " did not answer in time");
            } catch (IOException | RuntimeException e) {
                connection.close();
                throw e;
            }
        } catch (IOException e) {
            throw unreachable(address, e);
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /**
     * The round-trip time to the median peer; of two, the nearer. The kernels measure it when
     * connections are made, so it does not depend on a peer's process. Empty before the first
     * connection.
     */
    public Optional<Duration> roundTrip() {
        List<Duration> each = roundTrips.values().stream().sorted().toList();
        return each.isEmpty() ? Optional.empty() : Optional.of(each.get((each.size() - 1) / 2));
    }

    /** Connects and closes. Throws {@link IOException} with the reason if nothing accepts there. */
    public static void reach(InetSocketAddress address, Duration limit) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(address, (int) limit.toMillis());
        }
    }

    /** Pools a connection whose last exchange is complete. */
    public void giveBack(Connection connection) {
        connection.rest();
        Deque<Connection> resting = idle.computeIfAbsent(connection.peer(), ignored -> new ArrayDeque<>());
        synchronized (resting) {
            if (!closed && resting.size() < MAX_IDLE) {
                resting.addLast(connection);
                return;
            }
        }
        connection.close();
    }

    /**
     * One request and its answer, without bodies. Throws {@link TrivetException} for a refusal, and
     * with {@code UNREACHABLE} for a network failure; whether the request was carried out is then
     * unknown.
     */
    public Reply call(Address address, RequestEnvelope request, Duration limit) {
        return call(take(address, limit), address, request);
    }

    /**
     * Like {@link #call}, with a request made for its channel: {@link Connection#channelBinding}.
     */
    public Reply call(Address address, Duration limit, Function<byte[], RequestEnvelope> request) {
        Connection connection = take(address, limit);
        return call(connection, address, request.apply(connection.channelBinding()));
    }

    /** Like {@link #call}, on a connection on which this side has authenticated. */
    public Reply callAsOneself(Address address, RequestEnvelope request, Duration limit) {
        return call(takeAsOneself(address, limit), address, request);
    }

    private Reply call(Connection connection, Address address, RequestEnvelope request) {
        boolean whole = false;
        try {
            connection.send(request);
            Reply reply = connection.receive().message();
            whole = true;
            return reply;
        } catch (TrivetException e) {
            whole = e.kind() != Refusal.Kind.WRONG_CLUSTER
                    && e.kind() != Refusal.Kind.WRONG_VERSION
                    && e.kind() != Refusal.Kind.UNTRUSTED
                    && e.kind() != Refusal.Kind.NOT_LOGGED_IN;
            throw e;
        } catch (IOException e) {
            throw unreachable(address, e);
        } finally {
            release(connection, whole);
        }
    }

    /** Gives the connection back if its exchange is complete, else closes it. */
    public void release(Connection connection, boolean whole) {
        if (whole) {
            giveBack(connection);
        } else {
            connection.close();
        }
    }

    /**
     * The refusal for a connection failure; {@code UNTRUSTED} if the ends do not trust each other.
     */
    public static TrivetException unreachable(Address address, Throwable cause) {
        String reason = cause.getMessage();
        return new TrivetException(
                new Refusal(
                        cause instanceof UntrustedException ? Refusal.Kind.UNTRUSTED : Refusal.Kind.UNREACHABLE,
                        address.toString(),
                        reason == null || reason.isEmpty() ? cause.getClass().getSimpleName() : reason),
                cause);
    }

    /** Closes every connection, also those in use. */
    @Override
    public void close() {
        closed = true;
        watchdog.close();
    }
}
