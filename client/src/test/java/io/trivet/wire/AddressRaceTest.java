package io.trivet.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A name may resolve to several addresses, of which one that answers is enough. Linux has all of
 * 127.0.0.0/8.
 */
@Timeout(30)
class AddressRaceTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private static List<InetAddress> addresses(String... hosts) throws IOException {
        List<InetAddress> addresses = new ArrayList<>();
        for (String host : hosts) {
            addresses.add(InetAddress.getByName(host));
        }
        return addresses;
    }

    private static ServerSocketChannel listener(String host, int port, int backlog) throws IOException {
        return ServerSocketChannel.open().bind(new InetSocketAddress(host, port), backlog);
    }

    private static int port(ServerSocketChannel listener) throws IOException {
        return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    @Test
    void theNextIsTriedAtOnceWhereOneRefuses() throws IOException {
        try (ServerSocketChannel listener = listener("127.0.0.3", 0, 5)) {
            Address address = new Address("three.example", port(listener));
            try (SocketChannel channel =
                    AddressRace.to(address, addresses("127.0.0.1", "127.0.0.2", "127.0.0.3"), LIMIT)) {
                assertThat(channel.isBlocking()).isTrue();
                assertThat(channel.isConnected()).isTrue();
                assertThat(((InetSocketAddress) channel.getRemoteAddress()).getHostString())
                        .isEqualTo("127.0.0.3");
            }
        }
    }

    @Test
    void theNextIsTriedSoonWhereOneIsSilent() throws IOException {
        List<SocketChannel> crowd = new ArrayList<>();
        try (ServerSocketChannel full = listener("127.0.0.2", 0, 1);
                ServerSocketChannel other = listener("127.0.0.3", port(full), 5)) {
            for (int i = 0; i < 8; i++) {
                crowd.add(SocketChannel.open());
                crowd.getLast().configureBlocking(false);
                crowd.getLast().connect(full.getLocalAddress());
            }
            long begin = System.nanoTime();
            Address address = new Address("two.example", port(other));
            try (SocketChannel channel = AddressRace.to(address, addresses("127.0.0.2", "127.0.0.3"), LIMIT)) {
                assertThat(((InetSocketAddress) channel.getRemoteAddress()).getHostString())
                        .isEqualTo("127.0.0.3");
                assertThat(Duration.ofNanos(System.nanoTime() - begin))
                        .isBetween(AddressRace.STAGGER.dividedBy(2), LIMIT.dividedBy(2));
            }
            assertThatThrownBy(() -> AddressRace.to(address, addresses("127.0.0.2"), Duration.ofMillis(300)))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage(address + " did not answer in time");
        } finally {
            for (SocketChannel one : crowd) {
                one.close();
            }
        }
    }

    @Test
    void whereNoneAnswersAllAreNamed() throws IOException {
        int closed;
        try (ServerSocketChannel listener = listener("127.0.0.3", 0, 5)) {
            closed = port(listener);
        }
        assertThatThrownBy(() ->
                        AddressRace.to(new Address("two.example", closed), addresses("127.0.0.2", "127.0.0.3"), LIMIT))
                .hasMessage("127.0.0.2: Connection refused; 127.0.0.3: Connection refused");
    }

    @Test
    void aNameThatIsNotKnownIsSaidToBe() {
        assertThatThrownBy(() -> ResolvedName.of("nope.invalid"))
                .hasMessage("cannot resolve nope.invalid: check DNS or /etc/hosts");
        assertThatThrownBy(() -> ListenSockets.on(new Address("nope.invalid", 7), 5))
                .hasMessageContaining(
                        "cannot listen on nope.invalid:7: cannot resolve nope.invalid: check DNS or /etc/hosts");
    }

    /** One name for three servers: each listens on the address that is its own. */
    @Test
    void aListenerPassesOverAddressesOfOthers() throws IOException {
        Address listen = new Address("three.example", port());
        List<ServerSocketChannel> servers =
                ListenSockets.on(listen, addresses("192.0.2.1", "127.0.0.2", "127.0.0.3"), 5);
        try {
            assertThat(servers).hasSize(2);
            assertThatThrownBy(() -> ListenSockets.on(listen, addresses("192.0.2.1", "127.0.0.2"), 5))
                    .hasMessageContaining("192.0.2.1: ")
                    .hasMessageContaining("127.0.0.2: Address already in use");
        } finally {
            for (ServerSocketChannel server : servers) {
                server.close();
            }
        }
    }

    private static int port() throws IOException {
        try (ServerSocketChannel listener = listener("127.0.0.2", 0, 5)) {
            return port(listener);
        }
    }
}
