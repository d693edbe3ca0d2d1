package io.trivet.faults;

import io.trivet.client.Profile;
import io.trivet.model.Address;
import io.trivet.model.CallerIdentity;
import io.trivet.model.TrivetException;
import io.trivet.wire.Connector;
import io.trivet.wire.LoginHandshake;
import io.trivet.wire.TransportSecurity;
import io.trivet.wire.credentials.Secret;
import io.trivet.wire.credentials.TrustSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * A process that keeps hostile connections of one kind open to several nodes, from many addresses of
 * loopback, and makes each anew that a node ended: {@code KIND CONNECTIONS SECONDS PROFILE
 * ADDRESS...}. It is a stranger to the cluster: of the profile it takes only whom to trust.
 * Ends by itself after the time.
 */
final class HostileConnections {
    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int SOURCES = 200;
    private static final int UNREAD_REQUESTS = 200;

    /** The header of a TLS record that announces 16 KiB. */
    private static final byte[] BEGUN_RECORD = {22, 3, 1, 0x40, 0};

    private static final byte[] REQUEST_FOR_VIEW = {0x12, 0};

    /** What a connection does. */
    enum Kind {
        /** Begins a record of a handshake, and says nothing more. */
        IDLE_IN_TLS(500),
        /**
         * Sends the first message of a handshake, always the same bytes. It costs the attacker no
         * cryptography, and the node a key exchange and a signature.
         */
        REPLAYED_HELLO(500),
        /** Sends a byte of the header of its first request now and then. */
        SLOW_HEADER(30),
        /** Sends a byte of the body of a request now and then. */
        SLOW_BODY(30),
        /** Makes requests and reads no answer. */
        READS_NOTHING(30),
        /** Logs in with a wrong secret. */
        REFUSED_LOGIN(30);

        private final int perSecond;

        Kind(int perSecond) {
            this.perSecond = perSecond;
        }

        /** What all of a kind make: a handshake costs the attacker as much as the node, on one machine. */
        int perSecond() {
            return perSecond;
        }
    }

    private final Kind kind;
    private final List<Address> nodes;
    private final SSLContext tls;
    private final byte[] hello;
    private final Connector connector;
    private final long nanosBetween;
    private final long endNanos;
    private final LongAdder made = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private long nextNanos = System.nanoTime();

    private HostileConnections(Kind kind, Duration time, TrustSettings trust, List<Address> nodes)
            throws GeneralSecurityException, SSLException {
        this.kind = kind;
        this.nodes = nodes;
        this.nanosBetween = 1_000_000_000L / kind.perSecond();
        this.endNanos = System.nanoTime() + time.toNanos();
        this.tls = SSLContext.getInstance("TLSv1.3");
        tls.init(null, new TrustManager[] {new TrustsAnybody()}, null);
        this.hello = hello(tls);
        this.connector = new Connector("hostile", null, TransportSecurity.of(trust));
        connector.introduceAs(
                new LoginHandshake(
                        new CallerIdentity.OfUser("mallory", 0),
                        () -> Secret.random().bytes()),
                false);
    }

    private static byte[] hello(SSLContext tls) throws SSLException {
        SSLEngine engine = tls.createSSLEngine();
        engine.setUseClientMode(true);
        ByteBuffer made = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), made);
        return Arrays.copyOf(made.array(), made.position());
    }

    public static void main(String[] arguments) throws GeneralSecurityException, InterruptedException, IOException {
        Kind kind = Kind.valueOf(arguments[0]);
        int connections = Integer.parseInt(arguments[1]);
        Duration time = Duration.ofSeconds(Integer.parseInt(arguments[2]));
        TrustSettings trust = Profile.read(Path.of(arguments[3])).trustSettings();
        List<Address> nodes =
                Arrays.stream(arguments).skip(4).map(Address::parse).toList();
        HostileConnections hostile = new HostileConnections(kind, time, trust, nodes);
        for (int number = 0; number < connections; number++) {
            int mine = number;
            Thread.ofVirtual().start(() -> hostile.keep(mine));
        }
        Thread.sleep(time);
        System.out.printf(
                Locale.ROOT,
                "%s: %d connections made, %d ended by the nodes%n",
                kind,
                hostile.made.sum(),
                hostile.ended.sum());
        System.exit(0); // with what is still open
    }

    private void keep(int number) {
        try {
            while (System.nanoTime() - endNanos < 0) {
                awaitTurn();
                once(number);
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** All connections of the process together are made at one rate. */
    private void awaitTurn() throws InterruptedException {
        long wait;
        synchronized (this) {
            nextNanos = Math.max(nextNanos, System.nanoTime()) + nanosBetween;
            wait = nextNanos - System.nanoTime();
        }
        Thread.sleep(Duration.ofNanos(Math.max(0, wait)));
    }

    private void once(int number) throws InterruptedException {
        Address node = nodes.get(number % nodes.size());
        if (kind == Kind.REFUSED_LOGIN) {
            logIn(node);
            return;
        }
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress("127.0.1." + (1 + number % SOURCES), 0));
            socket.connect(new InetSocketAddress(node.host(), node.port()), (int) LIMIT.toMillis());
            made.increment();
            switch (kind) {
                case IDLE_IN_TLS -> {
                    socket.getOutputStream().write(BEGUN_RECORD);
                    awaitEnd(socket);
                }
                case REPLAYED_HELLO -> {
                    socket.getOutputStream().write(hello);
                    awaitEnd(socket);
                }
                case SLOW_HEADER -> trickle(sealed(socket, node), frame(1 << 20, 0));
                case SLOW_BODY -> trickle(sealed(socket, node), frame(REQUEST_FOR_VIEW.length, 4 << 20));
                case READS_NOTHING -> askOnly(sealed(socket, node));
                case REFUSED_LOGIN -> throw new AssertionError();
            }
        } catch (IOException | TrivetException _) {
            ended.increment();
        }
    }

    private SSLSocket sealed(Socket socket, Address node) throws IOException {
        socket.setSoTimeout((int) LIMIT.toMillis());
        SSLSocket sealed = (SSLSocket) tls.getSocketFactory().createSocket(socket, node.host(), node.port(), true);
        sealed.startHandshake();
        sealed.getOutputStream()
                .write(ByteBuffer.allocate(24)
                        .put("TRIVET".getBytes(StandardCharsets.US_ASCII))
                        .putShort((short) 1)
                        .array());
        return sealed;
    }

    private static byte[] frame(int headerLength, int bodyLength) {
        return ByteBuffer.allocate(8 + REQUEST_FOR_VIEW.length)
                .put((byte) 1)
                .put((byte) (headerLength >> 16))
                .putShort((short) headerLength)
                .putInt(bodyLength)
                .put(REQUEST_FOR_VIEW)
                .array();
    }

    private void trickle(SSLSocket sealed, byte[] begun) throws IOException, InterruptedException {
        OutputStream out = sealed.getOutputStream();
        out.write(begun);
        while (System.nanoTime() - endNanos < 0) {
            Thread.sleep(PAUSE);
            out.write(0);
        }
    }

    private void askOnly(SSLSocket sealed) throws IOException, InterruptedException {
        OutputStream out = sealed.getOutputStream();
        byte[] request = frame(REQUEST_FOR_VIEW.length, 0);
        for (int number = 0; number < UNREAD_REQUESTS; number++) {
            out.write(request);
        }
        while (System.nanoTime() - endNanos < 0) {
            Thread.sleep(PAUSE);
            out.write(request);
        }
    }

    private static void awaitEnd(Socket socket) throws IOException {
        while (socket.getInputStream().read() >= 0) {
            Thread.onSpinWait();
        }
        throw new IOException("the node ended it");
    }

    private void logIn(Address node) {
        made.increment();
        try {
            connector.takeAsOneself(node, LIMIT).close();
        } catch (TrivetException _) {
            ended.increment();
        }
    }

    private static final class TrustsAnybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
