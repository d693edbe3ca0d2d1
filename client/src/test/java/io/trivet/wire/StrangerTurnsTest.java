package io.trivet.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Address;
import io.trivet.model.CallerIdentity;
import io.trivet.model.ClusterId;
import io.trivet.wire.credentials.CertificateTime;
import io.trivet.wire.credentials.TrustSettings;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A listener computes nothing for a stranger before its turn. */
@Timeout(60)
class StrangerTurnsTest {
    private static final int A_WHILE_MS = 300;
    private static final String HOME = "address 127.0.0.1";
    private static final RequestEnvelope REQUEST = RequestEnvelope.toAny(new Request.GetView());
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final AtomicLong nanos = new AtomicLong();
    private final StrangerLimiter limiter = new StrangerLimiter(1, nanos::get);
    private Address address;
    private Acceptor acceptor;

    private void listen(TransportSecurity transportSecurity) throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            address = new Address("127.0.0.1", socket.getLocalPort());
        }
        Acceptor.Handler handler = (connection, _) -> {
            connection.timeout(LIMIT);
            connection.paceStranger();
            connection.identifiedAs(new CallerIdentity.OfUser("alice", 1));
            connection.send(new Reply.Done());
        };
        acceptor = new Acceptor(
                "turns",
                address,
                new ClusterId(UUID.randomUUID()),
                transportSecurity,
                handler,
                100,
                Acceptor.Limits.USUAL,
                limiter);
        acceptor.start();
    }

    @AfterEach
    void close() throws IOException {
        acceptor.close();
    }

    /** Without a key, so that it answers every first message with an alert; it computes before that. */
    private static SSLContext tls() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, null, null);
        return context;
    }

    private static byte[] hello(SSLContext context) throws SSLException {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(true);
        ByteBuffer made = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), made);
        return Arrays.copyOf(made.array(), made.position());
    }

    /** Takes all that strangers may have for the next second. */
    private void useUp() throws IOException {
        long bucket = StrangerLimiter.BURST.toNanos() / StrangerLimiter.PART_OF_STRANGERS;
        for (long taken = 0; taken < bucket; taken += StrangerLimiter.REQUEST.toNanos()) {
            limiter.request("crowd", () -> true).close();
        }
    }

    @Test
    void aHandshakeWaitsForItsTurnUnlessSomebodyAuthenticatedFromThere() throws Exception {
        SSLContext context = tls();
        listen(new TransportSecurity.Tls(context, CertificateTime.OF_THIS_MACHINE));
        useUp();
        try (Socket stranger = new Socket(address.host(), address.port());
                Socket known = new Socket(address.host(), address.port())) {
            stranger.getOutputStream().write(hello(context));
            stranger.setSoTimeout(A_WHILE_MS);
            assertThatThrownBy(() -> stranger.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            limiter.authenticated(HOME);
            known.getOutputStream().write(hello(context));
            known.setSoTimeout((int) LIMIT.toMillis());
            assertThat(known.getInputStream().read()).isPositive();
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());
            stranger.setSoTimeout((int) LIMIT.toMillis());
            assertThat(stranger.getInputStream().read()).isPositive();
        }
    }

    @Test
    void aRequestWaitsForItsTurnAndALoginMakesItsAddressKnown() throws Exception {
        listen(TransportSecurity.of(new TrustSettings.Plaintext()));
        useUp();
        try (Connector connector = new Connector("test", null, TransportSecurity.of(new TrustSettings.Plaintext()))) {
            assertThatThrownBy(() -> connector.call(address, REQUEST, Duration.ofMillis(A_WHILE_MS)))
                    .hasMessageContaining("in time");
            assertThat(limiter.isKnown(HOME)).isFalse();
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());
            assertThat(connector.call(address, REQUEST, LIMIT)).isEqualTo(new Reply.Done());
            while (!limiter.isKnown(HOME)) { // a moment after the answer
                Thread.onSpinWait();
            }
        }
    }

    private void connectTooOften(String network) {
        for (int number = 0; number < 10 * StrangerLimiter.CONNECTIONS_A_SECOND; number++) {
            limiter.admits(network);
        }
    }

    /** Without a thread, a buffer or an engine. */
    @Test
    void aConnectionTooManyIsClosedAtOnce() throws Exception {
        listen(TransportSecurity.of(new TrustSettings.Plaintext()));
        connectTooOften(HOME);
        try (Socket stranger = new Socket(address.host(), address.port())) {
            stranger.setSoTimeout((int) LIMIT.toMillis());
            assertThat(endsAtOnce(stranger)).isTrue();
        }
        limiter.authenticated(HOME);
        try (Socket known = new Socket(address.host(), address.port())) {
            known.setSoTimeout(A_WHILE_MS);
            assertThatThrownBy(() -> known.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        }
    }

    private static boolean endsAtOnce(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException _) {
            return false;
        } catch (IOException _) {
            return true; // reset
        }
    }
}
