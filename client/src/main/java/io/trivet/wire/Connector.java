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
 * Makes connections, and keeps those that are idle for the next use. The only place where
 * connections are made.
 *
 * <p>Nobody waits long for a node that hangs: where no byte has moved for {@link Watchdog#QUIET},
 * the node is asked whether it lives, and if it does not say so the connection is closed. A node
 * that is only slow, at an fsync for example, does say so, and is waited for as long as the caller
 * allows.
 *
 * <p>A connection is taken, used for whole exchanges, and either given back or closed; never
 * shared. Any thread.
 */
public final class Connector implements AutoCloseable {
    /** How long a node may take to accept a connection. */
    public static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);

    /** A node whose process runs says who it is within this time, whatever its disks do. */
    private static final Duration PULSE_LIMIT = Duration.ofMillis(1200);

    /** Idle connections kept for one address. */
    private static final int MAX_IDLE = 16;

    /** How long it may take to agree on TLS. */
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
    private volatile Predicate<CertifiedNode> isKnown = _ -> true;

    /** {@code cluster} null: any cluster will do, and the first that answers is the one from then on. */
    public Connector(String name, @Nullable ClusterId cluster, TransportSecurity transportSecurity) {
        this.transportSecurity = transportSecurity;
        this.watchdog = new Watchdog(name, this::answers);
        this.cluster = cluster == null ? Preface.UNKNOWN : cluster;
    }

    /** Asks a question that touches no disk, on a connection of its own. Whatever the answer is, somebody gave it. */
    private boolean answers(Address peer) {
        try {
            call(peer, RequestEnvelope.toAny(new Request.GetView()), PULSE_LIMIT);
            return true;
        } catch (TrivetException e) {
            return closed || e.kind() != Refusal.Kind.UNREACHABLE;
        }
    }

    /**
     * Says who this side is.
     *
     * @param always on every connection, from now on; else only where {@link #callAsOneself} needs it
     */
    public void introduceAs(LoginHandshake oneself, boolean always) {
        loginHandshake = oneself;
        alwaysIntroduced = always;
    }

    /** From now on a node is believed to be the one that it calls itself only if this says so too, at each request. */
    public void compareKeys(Predicate<CertifiedNode> known) {
        isKnown = known;
    }

    /** Of all connections that were made. */
    public WireTraffic traffic() {
        return traffic;
    }

    /** Whether some other side has proved that it knows this side's secret. */
    public boolean isProven() {
        return proven;
    }

    /** From now on only this cluster will do. */
    public void expect(ClusterId known) {
        cluster = known;
    }

    /**
     * An idle connection, or a new one. Throws {@code UNREACHABLE} when nobody accepts in time.
     *
     * @param limit time for whatever the caller does with it, until it calls {@link
     *     Connection#timeout} itself; a new one is made in no more, as a process that is stopped
     *     still seems to accept connections
     */
    public Connection take(Address address, Duration limit) {
        Connection connection = idleTo(address);
        if (connection == null) {
            connection = connect(address, limit);
        }
        connection.timeout(limit);
        if (alwaysIntroduced) {
            introduce(connection);
        }
        return connection;
    }

    /** An idle connection, or a new one, on which this side has proved who it is. A refusal is thrown. */
    public Connection takeAsOneself(Address address, Duration limit) {
        Connection connection = take(address, limit);
        introduce(connection);
        return connection;
    }

    private void introduce(Connection connection) {
        LoginHandshake oneself = loginHandshake;
        if (oneself == null || connection.isIntroduced()) {
            return;
        }
        boolean known = false;
        try {
            oneself.introduce(connection);
            known = true;
            proven = true;
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
     * How long a packet takes to a peer and back: to the one in the middle of those that were
     * connected to, the nearer of two. The kernels measure it, by making connections, so it says
     * nothing of what a peer's process does. Empty before the first.
     */
    public Optional<Duration> roundTrip() {
        List<Duration> each = roundTrips.values().stream().sorted().toList();
        return each.isEmpty() ? Optional.empty() : Optional.of(each.get((each.size() - 1) / 2));
    }

    /** Whether anybody accepts connections there; throws {@link IOException} that says why not. Nothing is sent. */
    public static void reach(InetSocketAddress address, Duration limit) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(address, (int) limit.toMillis());
        }
    }

    /** Keeps a connection whose last exchange is complete. */
    public void giveBack(Connection connection) {
        connection.rest();
        Deque<Connection> resting = idle.computeIfAbsent(connection.peer(), _ -> new ArrayDeque<>());
        synchronized (resting) {
            if (!closed && resting.size() < MAX_IDLE) {
                resting.addLast(connection);
                return;
            }
        }
        connection.close();
    }

    /**
     * One request and its answer, without bodies. A refusal is thrown as {@link TrivetException};
     * so is, as {@code UNREACHABLE}, a failure of the network, after which nobody can say whether
     * the request was carried out.
     */
    public Reply call(Address address, RequestEnvelope request, Duration limit) {
        return call(take(address, limit), address, request);
    }

    /**
     * As {@link #call}, with a request that is made for the channel that it goes through: {@link
     * Connection#channelBinding}.
     */
    public Reply call(Address address, Duration limit, Function<byte[], RequestEnvelope> request) {
        Connection connection = take(address, limit);
        return call(connection, address, request.apply(connection.channelBinding()));
    }

    /** As {@link #call}, on a connection on which this side has proved who it is. */
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

    /** Gives the connection back when its exchange is complete, else closes it. */
    public void release(Connection connection, boolean whole) {
        if (whole) {
            giveBack(connection);
        } else {
            connection.close();
        }
    }

    /** The refusal for a failure of a connection; {@code UNTRUSTED} where the ends do not believe each other. */
    public static TrivetException unreachable(Address address, Throwable cause) {
        String reason = cause.getMessage();
        return new TrivetException(
                new Refusal(
                        cause instanceof UntrustedException ? Refusal.Kind.UNTRUSTED : Refusal.Kind.UNREACHABLE,
                        address.toString(),
                        reason == null || reason.isEmpty() ? cause.getClass().getSimpleName() : reason),
                cause);
    }

    /** Closes every connection, those in use as well. */
    @Override
    public void close() {
        closed = true;
        watchdog.close();
    }
}
