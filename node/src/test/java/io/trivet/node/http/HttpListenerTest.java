package io.trivet.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Address;
import io.trivet.model.NodeId;
import io.trivet.node.LocalCluster;
import io.trivet.node.Scrape;
import io.trivet.node.metrics.NodeMetrics;
import io.trivet.wire.TransportSecurity;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What callers of the HTTP listener can do to it: not much. */
@Timeout(60)
class HttpListenerTest {
    private static final HttpListener.Limits LIMITS =
            new HttpListener.Limits(6, 8, 8 << 10, Duration.ofMillis(300), Duration.ofSeconds(20));

    private final Address where = LocalCluster.freeAddress();
    private final AtomicReference<String> trouble = new AtomicReference<>("");
    private final List<Socket> sockets = new ArrayList<>();
    private final Health health = new Health() {
        @Override
        public boolean lives() {
            return true;
        }

        @Override
        public Optional<String> notReady() {
            return Optional.of(trouble.get()).filter(reason -> !reason.isEmpty());
        }
    };
    private HttpListener listener = new HttpListener(
            new NodeId(0),
            where,
            new TransportSecurity.None(),
            new NodeMetrics(List.of(into -> {
                throw new IllegalStateException("cannot be read");
            })),
            health,
            LIMITS);

    @BeforeEach
    void listen() {
        listener.round();
    }

    @AfterEach
    void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        listener.close();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(where.host(), where.port());
        socket.setSoTimeout(10_000);
        sockets.add(socket);
        return socket;
    }

    private static String rest(Socket socket) {
        try {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "broken: " + e.getMessage();
        }
    }

    private String raw(String request) throws IOException {
        Socket socket = connect();
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        return rest(socket);
    }

    private void servesOthers() {
        assertThat(Scrape.get(where, "/health/live").body()).isEqualTo("{\"node\":\"n0\",\"live\":true}\n");
    }

    @Test
    void aSourceThatFailsIsLeftOutAndCounted() {
        assertThat(Scrape.of(where).value("trivet_scrape_failures_total")).isEqualTo(1);
        assertThat(Scrape.of(where).names()).contains("jvm_memory_used_bytes", "process_open_fds");
    }

    @Test
    void whatIsNotReadySaysWhy() {
        assertThat(Scrape.get(where, "/health/ready").statusCode()).isEqualTo(200);
        trouble.set("no leader was heard for 12 s");
        assertThat(Scrape.get(where, "/health/ready").statusCode()).isEqualTo(503);
        assertThat(Scrape.get(where, "/health/ready").body())
                .isEqualTo("{\"node\":\"n0\",\"ready\":false,\"reason\":\"no leader was heard for 12 s\"}\n");
    }

    @Test
    void otherPathsAndMethodsAreRefusedInFewWords() throws IOException {
        assertThat(Scrape.get(where, "/").statusCode()).isEqualTo(404);
        assertThat(Scrape.get(where, "/metrics/").statusCode()).isEqualTo(404);
        assertThat(raw("GET /health/../metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 40");
        assertThat(raw("POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 405");
        assertThat(raw("nonsense\r\n\r\n")).startsWith("HTTP/1.1 400").doesNotContainIgnoringCase("jetty");
    }

    @Test
    void aHeaderWithoutEndIsRefused() throws IOException {
        assertThat(raw("GET /metrics HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(20_000)))
                .startsWith("HTTP/1.1 431")
                .hasSizeLessThan(500);
        servesOthers();
    }

    @Test
    void aLargeBodyIsNotReadToItsEnd() throws IOException {
        Socket socket = connect();
        OutputStream out = socket.getOutputStream();
        out.write("POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000000\r\n\r\n"
                .getBytes(StandardCharsets.ISO_8859_1));
        long sent = 0;
        byte[] piece = new byte[1 << 20];
        try {
            for (; sent < 1L << 30; sent += piece.length) {
                out.write(piece);
            }
        } catch (IOException _) {
            // It hung up.
        }
        assertThat(sent).isLessThan(64L << 20);
        servesOthers();
    }

    @Test
    void aRequestThatComesByteByByteIsCutOff() throws Exception {
        Socket socket = connect();
        OutputStream out = socket.getOutputStream();
        long begin = System.nanoTime();
        boolean cut = false;
        while (!cut && System.nanoTime() - begin < Duration.ofSeconds(15).toNanos()) {
            try {
                out.write('G');
                out.flush();
                Thread.sleep(50);
            } catch (IOException _) {
                cut = true;
            }
        }
        assertThat(cut).isTrue();
        servesOthers();
    }

    @Test
    void aRequestThatFollowsAnotherSlowlyIsCutOffToo() throws Exception {
        Socket socket = connect();
        OutputStream out = socket.getOutputStream();
        out.write("GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
        InputStream in = socket.getInputStream();
        assertThat(in.read()).isEqualTo('H');
        long begin = System.nanoTime();
        boolean cut = false;
        while (!cut && System.nanoTime() - begin < Duration.ofSeconds(15).toNanos()) {
            try {
                out.write('G');
                out.flush();
                Thread.sleep(50);
            } catch (IOException _) {
                cut = true;
            }
        }
        assertThat(cut).isTrue();
    }

    @Test
    void aConnectionThatIsKeptIsNotCutOff() throws Exception {
        Socket socket = connect();
        for (int i = 0; i < 5; i++) {
            socket.getOutputStream()
                    .write("HEAD /health/live HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            byte[] answer = new byte[4096];
            int length = socket.getInputStream().read(answer);
            assertThat(new String(answer, 0, length, StandardCharsets.ISO_8859_1))
                    .startsWith("HTTP/1.1 200");
            Thread.sleep(400);
        }
    }

    @Test
    void idleConnectionsGiveWay() throws IOException {
        for (int i = 0; i < 100; i++) {
            connect();
        }
        servesOthers();
        assertThat(rest(sockets.getFirst())).isEmpty();
    }

    /** As a disk that does not answer would do it. */
    @Test
    void aScrapeThatHangsHoldsNoMoreThanItsThread() throws Exception {
        listener.close();
        CountDownLatch hangs = new CountDownLatch(1);
        listener = new HttpListener(
                new NodeId(0),
                where,
                new TransportSecurity.None(),
                new NodeMetrics(List.of(_ -> {
                    try {
                        hangs.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                })),
                health,
                LIMITS);
        listener.round();
        Socket first = connect();
        first.getOutputStream().write("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
        Thread.sleep(200);
        assertThat(Scrape.get(where, "/metrics").statusCode()).isEqualTo(503);
        servesOthers();
        hangs.countDown();
        assertThat(first.getInputStream().read()).isEqualTo('H');
    }

    @Test
    void aListenerThatFailedIsMadeAgain() throws Exception {
        listener.server().orElseThrow().stop();
        assertThat(listener.serves()).isFalse();
        listener.round();
        servesOthers();
        listener.close();
        listener.round();
        assertThat(listener.serves()).isFalse();
    }
}
