package io.trivet.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Address;
import io.trivet.model.CallerIdentity;
import io.trivet.model.NodeId;
import io.trivet.wire.protocol.Reply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which connection is closed when there is no room for another. */
class DoorkeepingTest {
    private static final int MAX = 8;
    private static final int OF_ONE = MAX / ConnectionLimiter.SHARE;

    private final ConnectionLimiter connectionLimiter = new ConnectionLimiter(MAX, MAX);
    private final List<AutoCloseable> opened = new ArrayList<>();
    private ServerSocketChannel listener;
    private Watchdog watchdog;

    @BeforeEach
    void listen() throws IOException {
        listener = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        watchdog = new Watchdog("door");
        opened.add(listener);
        opened.add(watchdog);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    /** A connection that claims this host as its address. */
    private Connection from(String host) throws IOException {
        opened.add(SocketChannel.open(listener.getLocalAddress()));
        return new Connection(new PlainChannel(listener.accept()), new Address(host, 1), watchdog);
    }

    /** Admits a connection, serves one request as this caller, and lets it rest. */
    private Connection rests(String host, CallerIdentity who) throws IOException {
        Connection connection = from(host);
        assertThat(connectionLimiter.admits(connection)).isTrue();
        connectionLimiter.works(connection);
        connection.identifiedAs(who);
        connectionLimiter.waits(connection);
        return connection;
    }

    private void leave(Connection connection) {
        connectionLimiter.leaves(connection);
    }

    private static boolean isOpen(Connection connection) {
        try {
            connection.send(new Reply.Done());
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    @Test
    void strangersGoBeforeUsersAndUsersBeforeNodes() throws IOException {
        Connection node = rests("10.0.0.1", new CallerIdentity.OfNode(new NodeId(1)));
        Connection user = rests("10.0.0.2", new CallerIdentity.OfUser("alice", 1));
        List<Connection> strangers = new ArrayList<>();
        for (int number = 0; number < MAX - 2; number++) {
            strangers.add(rests("10.0.1." + number, new CallerIdentity.Anonymous()));
        }
        for (Connection stranger : strangers) {
            assertThat(isOpen(stranger)).isTrue();
            rests("10.0.2.1", new CallerIdentity.OfNode(new NodeId(2)));
            assertThat(isOpen(stranger)).isFalse();
            leave(stranger);
        }
        assertThat(isOpen(user)).isTrue();
        rests("10.0.2.1", new CallerIdentity.OfNode(new NodeId(2)));
        assertThat(isOpen(user)).isFalse();
        leave(user);
        assertThat(isOpen(node)).isTrue();
    }

    @Test
    void oneAccountHasItsShareAndItsOwnLongestIdleOneGoes() throws IOException {
        for (CallerIdentity who : List.of(new CallerIdentity.Anonymous(), new CallerIdentity.OfUser("mallory", 1))) {
            Connection other = rests("10.0.0.1", new CallerIdentity.Anonymous());
            List<Connection> own = new ArrayList<>();
            for (int number = 0; number < OF_ONE; number++) {
                own.add(rests("10.0.0.9", who));
            }
            assertThat(own).allMatch(DoorkeepingTest::isOpen);
            Connection another = rests("10.0.0.9", who);
            assertThat(isOpen(own.getFirst())).isFalse();
            assertThat(isOpen(another)).isTrue();
            assertThat(isOpen(other)).isTrue();
            own.forEach(this::leave);
            leave(another);
            leave(other);
        }
        assertThat(connectionLimiter.open()).isZero();
    }

    /** Nodes of one server share an address, and so do users behind one router. */
    @Test
    void nodesHaveNoShareAndATokenMakesOneAUser() throws IOException {
        List<Connection> nodes = new ArrayList<>();
        for (int number = 0; number < 2 * OF_ONE; number++) {
            nodes.add(rests("10.0.0.1", new CallerIdentity.OfNode(new NodeId(1))));
        }
        assertThat(nodes).allMatch(DoorkeepingTest::isOpen);
        Connection known = from("10.0.0.1");
        assertThat(known.isStranger()).isTrue();
        known.actsFor("alice");
        assertThat(known.isStranger()).isFalse();
        assertThat(known.account()).isEqualTo("user alice");
    }

    /** Of those that have not sent a request, the network that has most loses its own oldest. */
    @Test
    void aCrowdDoesNotPushOutWhoIsStillGreeting() throws IOException {
        Connection honest = from("10.0.0.1");
        assertThat(connectionLimiter.admits(honest)).isTrue();
        List<Connection> crowd = new ArrayList<>();
        for (int number = 0; number < 3 * MAX; number++) {
            Connection hostile = from("10.0.9." + number % 2);
            assertThat(connectionLimiter.admits(hostile)).isTrue();
            crowd.add(hostile);
        }
        assertThat(isOpen(honest)).isTrue();
        assertThat(isOpen(crowd.getFirst())).isFalse();
        assertThat(isOpen(crowd.getLast())).isTrue();
        assertThat(crowd.stream().filter(DoorkeepingTest::isOpen)).hasSizeLessThan(MAX);
    }

    /** Users and newcomers may share an address. */
    @Test
    void aUsersExcessDoesNotPushOutWhoIsStillGreeting() throws IOException {
        Connection newcomer = from("10.0.0.9");
        assertThat(connectionLimiter.admits(newcomer)).isTrue();
        for (int number = 0; number < OF_ONE + 1; number++) {
            Connection busy = from("10.0.0.9");
            assertThat(connectionLimiter.admits(busy)).isTrue();
            connectionLimiter.works(busy);
            busy.identifiedAs(new CallerIdentity.OfUser("alice", 1));
            connectionLimiter.waits(busy);
            connectionLimiter.works(busy);
        }
        assertThat(isOpen(newcomer)).isTrue();
    }

    @Test
    void whoOwnsAnIpv6AddressOwnsItsNetwork() {
        assertThat(ConnectionLimiter.network("2001:db8:1:2:3:4:5:6"))
                .isEqualTo(ConnectionLimiter.network("2001:db8:1:2:9:9:9:9"));
        assertThat(ConnectionLimiter.network("2001:db8:1:2:3:4:5:6"))
                .isNotEqualTo(ConnectionLimiter.network("2001:db8:1:3:3:4:5:6"));
        assertThat(ConnectionLimiter.network("192.0.2.7")).isNotEqualTo(ConnectionLimiter.network("192.0.2.8"));
    }
}
