package io.trivet.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Address;
import io.trivet.model.CallerIdentity;
import io.trivet.model.ClusterId;
import io.trivet.wire.credentials.TrustSettings;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Platform threads serve a few connections, virtual threads the rest. */
@Timeout(30)
final class AcceptorTest {
    private static final TransportSecurity PLAIN = TransportSecurity.of(new TrustSettings.Plaintext());
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final RequestEnvelope REQUEST = RequestEnvelope.toAny(new Request.GetView());
    private static final int FEW = 128;

    private final List<Thread> served = Collections.synchronizedList(new ArrayList<>());
    private final List<Connection> open = new ArrayList<>();
    private final StrangerLimiter strangers = new StrangerLimiter();
    private volatile int slowMillis;
    private volatile boolean knows = true;
    private Address address;
    private Acceptor acceptor;
    private Connector connector;

    @BeforeEach
    void start() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            address = new Address("127.0.0.1", socket.getLocalPort());
        }
        Acceptor.Handler handler = (connection, _) -> {
            served.add(Thread.currentThread());
            if (knows) {
                connection.identifiedAs(new CallerIdentity.OfUser("alice", 1));
            }
            LockSupport.parkNanos(slowMillis * 1_000_000L);
            connection.send(new Reply.Done());
        };
        acceptor = new Acceptor(
                "crowd",
                address,
                new ClusterId(UUID.randomUUID()),
                PLAIN,
                handler,
                1000,
                Acceptor.Limits.USUAL,
                strangers);
        acceptor.start();
        connector = new Connector("test", null, PLAIN);
    }

    @AfterEach
    void stop() throws IOException {
        connector.close();
        acceptor.close();
    }

    private void connect() throws IOException {
        open.add(connector.take(address, LIMIT));
        ask(open.getLast());
    }

    /** The first makes its address known, a moment after its answer. */
    private void connectMany(int count) throws IOException {
        connect();
        String home = ConnectionLimiter.network("127.0.0.1");
        for (long end = System.nanoTime() + LIMIT.toNanos(); knows && !strangers.isKnown(home); ) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
        for (int i = 1; i < count; i++) {
            connect();
        }
    }

    private static void ask(Connection connection) throws IOException {
        connection.timeout(LIMIT);
        connection.send(REQUEST);
        assertThat(connection.receive().message()).isEqualTo(new Reply.Done());
        // Otherwise the connector may doubt it on a slow machine, and open another connection to
        // probe.
        connection.rest();
    }

    @Test
    void aCrowdBeyondTheFirstIsServedByVirtualThreads() throws IOException {
        connectMany(FEW + 20);
        assertThat(served.subList(0, FEW)).noneMatch(Thread::isVirtual);
        assertThat(served.subList(FEW, FEW + 20)).allMatch(Thread::isVirtual);

        served.clear();
        for (Connection connection : open) {
            ask(connection);
        }
        assertThat(served).hasSize(FEW + 20);
    }

    /** Strangers leave half of the platform threads to addresses from which somebody authenticated. */
    @Test
    void strangersGetHalfOfThePlatformThreads() throws IOException {
        knows = false;
        for (int i = 0; i < FEW; i++) {
            connect();
        }
        assertThat(served.subList(0, FEW / 2)).noneMatch(Thread::isVirtual);
        assertThat(served.subList(FEW / 2, FEW)).allMatch(Thread::isVirtual);
        knows = true;
        ask(open.getLast());
        awaitPlatformThread();
    }

    private void awaitPlatformThread() throws IOException {
        do { // its address is known a moment after the answer
            connect();
        } while (served.getLast().isVirtual());
    }

    @Test
    void whoLeavesMakesRoomForAPlatformThread() throws IOException {
        connectMany(FEW + 1);
        open.subList(0, 2).forEach(Connection::close);
        while (acceptor.openConnections() > FEW - 1) {
            Thread.onSpinWait();
        }
        awaitPlatformThread(); // one is free a moment after its connection is counted out
        assertThat(served.get(FEW).isVirtual()).isTrue();
    }

    /**
     * The kernel's round trip time, so that a peer that answers slowly does not count as far away.
     */
    @Test
    void whoHasConnectedKnowsHowFarThePeerIs() throws IOException {
        assertThat(connector.roundTrip()).isEmpty();
        slowMillis = 300;
        connect();
        assertThat(connector.roundTrip())
                .hasValueSatisfying(far -> assertThat(far).isBetween(Duration.ofNanos(1), Duration.ofMillis(300)));
    }
}
