package io.trivet.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Address;
import io.trivet.wire.protocol.Reply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A listener's memory for thousands of callers stays within its budget; a silent caller is closed
 * to make room.
 */
@Timeout(30)
class MemoryBudgetTest {
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final int BYTES = 100;

    private final MemoryBudget budget = new MemoryBudget(BYTES);
    private final List<AutoCloseable> opened = new ArrayList<>();
    private ServerSocketChannel listener;
    private Watchdog watchdog;

    @BeforeEach
    void listen() throws IOException {
        listener = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        watchdog = new Watchdog("budget");
        opened.add(listener);
        opened.add(watchdog);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private Connection connection() throws IOException {
        opened.add(SocketChannel.open(listener.getLocalAddress()));
        return new Connection(new PlainChannel(listener.accept()), new Address("127.0.0.1", 1), watchdog);
    }

    @Test
    void thereIsNoMoreThanThereIs() throws IOException {
        Connection one = connection();
        Connection other = connection();
        budget.take(one, 60, SHORT);
        assertThatThrownBy(() -> budget.take(other, 50, SHORT)).isInstanceOf(ProtocolException.class);
        budget.take(other, 40, SHORT);
        budget.giveBack(one, 20);
        budget.take(other, 20, SHORT);
        budget.giveBack(one, 40);
        budget.giveBack(other, 60);
        assertThat(budget.free()).isEqualTo(BYTES);
        assertThatThrownBy(() -> budget.take(one, BYTES + 1, LONG)).isInstanceOf(ProtocolException.class);
    }

    /** The connection reads, and nothing comes. */
    @Test
    void whoIsSilentMakesRoom() throws Exception {
        Connection silent = connection();
        Connection busy = connection();
        budget.take(silent, 60, SHORT);
        budget.take(busy, 30, SHORT);
        Thread reads = Thread.ofPlatform().start(() -> {
            try {
                silent.timeout(LONG);
                silent.receive();
            } catch (IOException _) {
                budget.giveBack(silent, 60);
            }
        });
        budget.take(connection(), 50, LONG);
        reads.join();
        assertThat(budget.free()).isEqualTo(20);
        busy.timeout(LONG);
        busy.send(new Reply.Done()); // the busy one was not closed
    }
}
