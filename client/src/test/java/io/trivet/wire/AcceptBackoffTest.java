package io.trivet.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A listener whose accept fails repeatedly does not spin. */
@Timeout(30)
class AcceptBackoffTest {
    @Test
    void thePausesGrowAndTheListenerGoesOn() throws IOException {
        try (ServerSocketChannel server =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            AcceptBackoff acceptBackoff = new AcceptBackoff(server);
            long begin = System.nanoTime();
            for (int failure = 0; failure < 6; failure++) {
                acceptBackoff.failed(new IOException("Too many open files"));
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(600));
            acceptBackoff.succeeded();
            begin = System.nanoTime();
            acceptBackoff.failed(new OutOfMemoryError("no thread"));
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofMillis(500));
            try (Socket caller = new Socket(
                            InetAddress.getLoopbackAddress(), server.socket().getLocalPort());
                    SocketChannel accepted = server.accept()) {
                assertThat(accepted.isConnected()).isTrue();
                assertThat(caller.isConnected()).isTrue();
            }
            acceptBackoff.close();
        }
    }
}
