package io.trivet.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Address;
import io.trivet.model.ChunkId;
import io.trivet.model.ClusterId;
import io.trivet.model.FileId;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.wire.credentials.TrustSettings;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A peer that hangs is distinguished from a slow one, which still answers a ping. */
class HungPeerTest {
    private static final TransportSecurity PLAIN = TransportSecurity.of(new TrustSettings.Plaintext());
    private static final Duration PATIENT = Duration.ofSeconds(60);
    /**
     * Time enough to doubt and to probe; shorter than a TLS handshake with a slow peer may take.
     */
    private static final Duration SOON = Duration.ofSeconds(4);

    private static final RequestEnvelope REQUEST =
            RequestEnvelope.toAny(new Request.HasChunk(new Slot(0), List.of(new ChunkId(new FileId(1, 1), 1))));

    static List<TransportSecurity> protections() {
        return List.of(PLAIN, TransportSecurity.of(new TrustSettings.Authority("0".repeat(64))));
    }

    /** The kernel accepts the connection and takes bytes, as for a stopped process. */
    @ParameterizedTest
    @MethodSource("protections")
    void aPeerThatTakesBytesAndSaysNothingIsLeftLongBeforeTheDeadline(TransportSecurity transportSecurity)
            throws IOException {
        try (ServerSocketChannel stopped = ServerSocketChannel.open();
                Connector connector = new Connector("test", null, transportSecurity)) {
            stopped.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            int port = ((InetSocketAddress) stopped.getLocalAddress()).getPort();
            long begin = System.nanoTime();
            assertThatThrownBy(() -> connector.call(new Address("127.0.0.1", port), REQUEST, PATIENT))
                    .isInstanceOfSatisfying(
                            TrivetException.class, e -> assertThat(e.kind()).isEqualTo(Refusal.Kind.UNREACHABLE));
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(SOON);
        }
    }

    /**
     * As if packets were dropped on the way; the name of a Java exception would not help the user.
     */
    @Test
    void aPeerThatDoesNotEvenAcceptIsSaidNotToAnswer() throws IOException {
        List<SocketChannel> crowd = new ArrayList<>();
        try (ServerSocketChannel full = ServerSocketChannel.open();
                Connector connector = new Connector("test", null, PLAIN)) {
            full.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
            for (int i = 0; i < 8; i++) {
                crowd.add(SocketChannel.open());
                crowd.getLast().configureBlocking(false);
                crowd.getLast().connect(full.getLocalAddress());
            }
            Address address = new Address("127.0.0.1", ((InetSocketAddress) full.getLocalAddress()).getPort());
            assertThatThrownBy(() -> connector.call(address, REQUEST, Duration.ofMillis(300)))
                    .hasMessageContaining("unreachable: " + address + " did not answer in time");
        } finally {
            for (SocketChannel one : crowd) {
                one.close();
            }
        }
    }

    /** A slow fsync is no failure: the caller waits as long as the node answers other requests. */
    @Test
    void aPeerThatIsSlowButLivesIsWaitedFor() throws IOException {
        CountDownLatch pulses = new CountDownLatch(3);
        Address address = freeAddress();
        Acceptor.Handler slow = (connection, request) -> {
            if (request.message().request() instanceof Request.GetView) {
                pulses.countDown();
                connection.send(new Reply.ViewOf(new NodeId(0), null, null, List.of()));
            } else {
                await(pulses);
                connection.send(new Reply.Done());
            }
        };
        try (Acceptor acceptor = new Acceptor("slow", address, new ClusterId(UUID.randomUUID()), PLAIN, slow, 10);
                Connector connector = new Connector("test", null, PLAIN)) {
            acceptor.start();
            assertThat(connector.call(address, REQUEST, PATIENT)).isEqualTo(new Reply.Done());
        }
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(PATIENT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("nobody asked whether this node lives");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static Address freeAddress() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new Address("127.0.0.1", socket.getLocalPort());
        }
    }
}
