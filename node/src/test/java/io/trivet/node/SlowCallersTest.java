package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.authority.ClusterKeys;
import io.trivet.authority.NodeCertificate;
import io.trivet.authority.NodeKey;
import io.trivet.authority.SigningRequest;
import io.trivet.message.WireMessages;
import io.trivet.model.Address;
import io.trivet.model.ClusterId;
import io.trivet.model.NodeId;
import io.trivet.wire.Acceptor;
import io.trivet.wire.Connection;
import io.trivet.wire.Connector;
import io.trivet.wire.TransportSecurity;
import io.trivet.wire.credentials.TrustSettings;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A caller that sends a byte now and then is disconnected within the limits, at every stage of a
 * connection.
 */
final class SlowCallersTest {
    private static final Duration LIMIT = Duration.ofMillis(400);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Acceptor.Limits SHORT = new Acceptor.Limits(LIMIT, LIMIT, Duration.ofMinutes(10));
    private static final ClusterId CLUSTER = new ClusterId(UUID.randomUUID());
    private static final byte[] REQUEST_FOR_VIEW = {0x12, 0};

    @TempDir
    Path base;

    private final List<Acceptor> acceptors = new ArrayList<>();
    private Address plain;
    private Address sealed;
    private TrustSettings.Authority authority;
    private TransportSecurity authorityProtection;

    @BeforeEach
    void listen() throws IOException {
        ClusterKeys keys = ClusterKeys.make(CLUSTER, Instant.now());
        NodeKey key = NodeKey.in(base);
        authority = keys.authority().trust();
        NodeCertificate certificate = NodeCertificate.first(
                base,
                key,
                authority,
                keys.authority()
                        .chain(
                                new NodeId(0),
                                SigningRequest.parse(key.signingRequest()),
                                Instant.now(),
                                Duration.ofHours(1)));
        authorityProtection = TransportSecurity.of(authority, certificate::current);
        sealed = listen(authorityProtection);
        plain = listen(TransportSecurity.of(new TrustSettings.Plaintext()));
    }

    private Address listen(TransportSecurity transportSecurity) throws IOException {
        return listen(transportSecurity, SlowCallersTest::answer, SHORT);
    }

    private Address listen(TransportSecurity transportSecurity, Acceptor.Handler handler, Acceptor.Limits limits)
            throws IOException {
        Address address = LocalCluster.freeAddress();
        Acceptor acceptor = new Acceptor("slow", address, CLUSTER, transportSecurity, handler, 100, limits);
        acceptor.start();
        acceptors.add(acceptor);
        return address;
    }

    /** As on a node: its own limit for the rest of an exchange. */
    private static void answer(Connection connection, Connection.Incoming<RequestEnvelope> request) throws IOException {
        connection.timeout(LIMIT);
        connection.body(request);
        connection.send(new Reply.Done());
    }

    @AfterEach
    void close() throws IOException {
        for (Acceptor acceptor : acceptors) {
            LocalCluster.await("nobody is left", () -> acceptor.openConnections() == 0);
            acceptor.close();
        }
    }

    private static byte[] preface() {
        return ByteBuffer.allocate(24)
                .put("TRIVET".getBytes(StandardCharsets.US_ASCII))
                .putShort((short) 1)
                .array();
    }

    private static byte[] frame(byte[] header, int headerLength, int bodyLength) {
        return ByteBuffer.allocate(8 + header.length)
                .put((byte) 1)
                .put((byte) (headerLength >> 16))
                .putShort((short) headerLength)
                .putInt(bodyLength)
                .put(header)
                .array();
    }

    /**
     * Sends {@code atOnce}, waits for {@code answers} bytes, then sends single bytes of the rest
     * until the connection ends.
     */
    private static void endsWhileTrickling(Address address, byte[] atOnce, int answers, byte[] slowly)
            throws IOException {
        try (Socket socket = new Socket(address.host(), address.port())) {
            socket.setSoTimeout(20);
            socket.setTcpNoDelay(true);
            socket.getOutputStream().write(atOnce);
            socket.setSoTimeout((int) PATIENCE.toMillis());
            assertThat(socket.getInputStream().readNBytes(answers)).hasSize(answers);
            socket.setSoTimeout(50);
            long begin = System.nanoTime();
            for (int at = 0; !hasEnded(socket); at++) {
                assertThat(Duration.ofNanos(System.nanoTime() - begin))
                        .as("time of a slow caller")
                        .isLessThan(PATIENCE);
                assertThat(at).as("bytes said before the end").isLessThan(slowly.length);
                try {
                    socket.getOutputStream().write(slowly[at]);
                } catch (SocketException _) {
                    return;
                }
            }
        }
    }

    /** Waits briefly for the end. */
    private static boolean hasEnded(Socket socket) throws IOException {
        try {
            int read = 0;
            while (read >= 0) {
                read = socket.getInputStream().read();
            }
            return true;
        } catch (java.net.SocketTimeoutException _) {
            return false;
        } catch (SocketException _) {
            return true;
        }
    }

    private static byte[] zeros() {
        return new byte[1000];
    }

    @Test
    void inTheHandshake() throws IOException {
        // The head of a long handshake record.
        endsWhileTrickling(sealed, new byte[] {22, 3, 1, 0x3f, 0, 1, 0, 0x3e, 0}, 0, zeros());
    }

    @Test
    void inThePreface() throws IOException {
        byte[] preface = Arrays.copyOf(preface(), 1000);
        endsWhileTrickling(plain, new byte[0], 0, Arrays.copyOf(preface, 20));
    }

    @Test
    void beforeTheFirstRequest() throws IOException {
        endsWhileTrickling(plain, preface(), 24, frame(zeros(), 1000, 0));
    }

    /** After a complete exchange a caller may be silent for long, but not slow. */
    @Test
    void inTheHeaderOfALaterRequest() throws IOException {
        byte[] honest = frame(REQUEST_FOR_VIEW, REQUEST_FOR_VIEW.length, 0);
        ByteBuffer both = ByteBuffer.allocate(24 + honest.length).put(preface()).put(honest);
        endsWhileTrickling(plain, both.array(), 24 + 8, frame(zeros(), 1 << 20, 0));
    }

    /**
     * A partial record counts as begun, though nothing of it can be decrypted yet; it takes no
     * memory but its own.
     */
    @Test
    void inARecordThatIsNotWhole() throws Exception {
        Acceptor.Limits patient = new Acceptor.Limits(PATIENCE, LIMIT, Duration.ofMinutes(10));
        Acceptor.Handler answering = (connection, _) -> {
            connection.timeout(PATIENCE);
            connection.send(new Reply.Done());
        };
        Address address = listen(authorityProtection, answering, patient);
        try (Caller caller = new Caller(address)) {
            caller.exchange();
            caller.sayHeadOfRecord();
            assertThat(hasEnded(caller.socket))
                    .as("within what a request may take")
                    .isTrue();
        }
    }

    @Test
    void recordsThatAreNotWholeTakeNoMemory() throws Exception {
        int callers = 300;
        Acceptor.Limits patient =
                new Acceptor.Limits(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(10));
        Acceptor.Handler answering = (connection, _) -> connection.send(new Reply.Done());
        Address address = LocalCluster.freeAddress();
        List<Caller> crowd = new ArrayList<>();
        try (Acceptor acceptor =
                new Acceptor("held", address, CLUSTER, authorityProtection, answering, 4 * callers, patient)) {
            acceptor.start();
            for (int number = 0; number < callers; number++) {
                crowd.add(new Caller(address));
                crowd.getLast().exchange();
            }
            long before = usedBytes();
            for (Caller caller : crowd) {
                caller.sayHeadOfRecord();
            }
            // A later caller is accepted after their bytes arrived.
            try (Caller last = new Caller(address)) {
                last.exchange();
            }
            assertThat(usedBytes() - before).isLessThan(callers * (16L << 10));
        } finally {
            for (Caller caller : crowd) {
                caller.close();
            }
        }
    }

    private static long usedBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** Speaks TLS, and then sends bytes of its own. */
    private static final class Caller implements AutoCloseable {
        private final SSLEngine engine;
        private final Socket socket;
        private final ByteBuffer came = ByteBuffer.allocate(64 << 10).flip();

        Caller(Address address) throws Exception {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(null, new TrustManager[] {new TrustingAll(() -> {})}, null);
            engine = context.createSSLEngine();
            engine.setUseClientMode(true);
            socket = new Socket(address.host(), address.port());
            socket.setSoTimeout((int) PATIENCE.toMillis());
            engine.beginHandshake();
            while (engine.getHandshakeStatus() != SSLEngineResult.HandshakeStatus.NOT_HANDSHAKING) {
                switch (engine.getHandshakeStatus()) {
                    case NEED_TASK -> engine.getDelegatedTask().run();
                    case NEED_WRAP -> say(new byte[0]);
                    default -> hear();
                }
            }
        }

        private void say(byte[] bytes) throws IOException {
            ByteBuffer sealed = ByteBuffer.allocate(32 << 10);
            engine.wrap(ByteBuffer.wrap(bytes), sealed);
            socket.getOutputStream().write(sealed.array(), 0, sealed.position());
        }

        /** Reads and decrypts one more record. */
        private int hear() throws IOException {
            ByteBuffer opened = ByteBuffer.allocate(32 << 10);
            while (engine.unwrap(came, opened).getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW) {
                came.compact();
                int read = socket.getInputStream().read(came.array(), came.position(), came.remaining());
                came.position(came.position() + read).flip();
            }
            return opened.position();
        }

        void exchange() throws IOException {
            byte[] honest = frame(REQUEST_FOR_VIEW, REQUEST_FOR_VIEW.length, 0);
            say(ByteBuffer.allocate(24 + honest.length)
                    .put(preface())
                    .put(honest)
                    .array());
            for (int heard = 0; heard < 24 + 8; ) {
                heard += hear();
            }
        }

        /** The head of a record of 4 KiB. */
        void sayHeadOfRecord() throws IOException {
            socket.getOutputStream().write(new byte[] {23, 3, 3, 16, 0});
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Test
    void inTheSilenceBetweenRequests() throws IOException {
        Acceptor.Limits impatient = new Acceptor.Limits(PATIENCE, PATIENCE, LIMIT);
        Acceptor.Handler patient = (connection, _) -> {
            connection.timeout(Duration.ofMinutes(10));
            connection.send(new Reply.Done());
        };
        Address address = listen(TransportSecurity.of(new TrustSettings.Plaintext()), patient, impatient);
        byte[] honest = frame(REQUEST_FOR_VIEW, REQUEST_FOR_VIEW.length, 0);
        try (Socket socket = new Socket(address.host(), address.port())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write(preface());
            socket.getOutputStream().write(honest);
            assertThat(socket.getInputStream().readNBytes(24 + 8)).hasSize(24 + 8);
            assertThat(socket.getInputStream().readAllBytes())
                    .as("until the end")
                    .hasSizeLessThan(100);
        }
    }

    /**
     * Between pieces a header holds a few checksums; a long one is refused before it is read, since
     * chunks do not count as large frames.
     */
    @Test
    void aLongHeaderAmongPiecesIsNotRead() throws IOException {
        Acceptor.Handler taking = (connection, _) -> {
            connection.timeout(PATIENCE);
            connection.receivePiece(ByteBuffer.allocate(1 << 20));
            connection.send(new Reply.Done());
        };
        Acceptor.Limits patient = new Acceptor.Limits(PATIENCE, PATIENCE, PATIENCE);
        Address address = listen(TransportSecurity.of(new TrustSettings.Plaintext()), taking, patient);
        for (int sums : List.of(16, 17 << 10)) {
            byte[] header = WireMessages.Piece.newBuilder()
                    .addAllBlockCrc32C(Collections.nCopies(sums, 7))
                    .build()
                    .toByteArray();
            byte[] piece = frame(header, header.length, 9);
            piece[0] = 2;
            try (Socket socket = new Socket(address.host(), address.port())) {
                socket.setSoTimeout((int) PATIENCE.toMillis());
                socket.getOutputStream().write(preface());
                socket.getOutputStream().write(frame(REQUEST_FOR_VIEW, REQUEST_FOR_VIEW.length, 0));
                try {
                    socket.getOutputStream().write(piece);
                    socket.getOutputStream().write(new byte[9]);
                } catch (SocketException _) {
                    // The end of the connection shows it.
                }
                int answered = 0;
                try {
                    answered = socket.getInputStream().readNBytes(24 + 8).length;
                } catch (SocketException _) {
                    // As above.
                }
                assertThat(answered == 24 + 8).as(sums + " checksums").isEqualTo(sums == 16);
            }
        }
    }

    @Test
    void inABody() throws IOException {
        byte[] promising = frame(REQUEST_FOR_VIEW, REQUEST_FOR_VIEW.length, 4 << 20);
        ByteBuffer both =
                ByteBuffer.allocate(24 + promising.length).put(preface()).put(promising);
        endsWhileTrickling(plain, both.array(), 24, zeros());
    }

    /** Announced lengths take no memory: these would take 80 times 5 MiB. */
    @Test
    void promisedLengthsTakeNoMemory() throws IOException {
        List<Socket> promising = new ArrayList<>();
        try {
            for (int caller = 0; caller < 80; caller++) {
                Socket socket = new Socket(plain.host(), plain.port());
                promising.add(socket);
                socket.getOutputStream().write(preface());
                socket.getOutputStream().write(frame(REQUEST_FOR_VIEW, 1 << 20, 4 << 20));
            }
            try (Connector client =
                    new Connector("client", null, TransportSecurity.of(new TrustSettings.Plaintext()))) {
                assertThat(client.call(plain, RequestEnvelope.toAny(new Request.GetView()), PATIENCE))
                        .isEqualTo(new Reply.Done());
            }
        } finally {
            for (Socket socket : promising) {
                socket.close();
            }
        }
    }
}
