package io.trivet.wire;

import io.trivet.model.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Connects to whichever of a name's addresses answers first. Each next address is tried 250 ms
 * after the previous one, or at once if that one failed (RFC 8305, happy eyeballs). One thread.
 */
final class AddressRace {
    /** How long an address is tried before the next one. */
    static final Duration STAGGER = Duration.ofMillis(250);

    private final Address address;
    private final long endNanos;
    private final List<String> failures = new ArrayList<>();

    private AddressRace(Address address, Duration limit) {
        this.address = address;
        this.endNanos = System.nanoTime() + limit.toNanos();
    }

    /**
     * Returns a blocking channel. Throws {@link IOException} that names each address and what
     * failed.
     *
     * @param addresses to which the name resolves
     */
    static SocketChannel to(Address address, List<InetAddress> addresses, Duration limit) throws IOException {
        AddressRace addressRace = new AddressRace(address, limit);
        return addresses.size() == 1 ? addressRace.only(addresses.getFirst(), limit) : addressRace.first(addresses);
    }

    private SocketChannel only(InetAddress to, Duration limit) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.socket().connect(new InetSocketAddress(to, address.port()), (int) Math.max(1, limit.toMillis()));
            return channel;
        } catch (SocketTimeoutException e) {
            channel.close();
            throw late();
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private SocketTimeoutException late() {
        return new SocketTimeoutException(address + " did not answer in time");
    }

    private SocketChannel first(List<InetAddress> addresses) throws IOException {
        try (Selector selector = Selector.open()) {
            try {
                return raced(selector, addresses.iterator());
            } finally {
                // The winner is no longer registered.
                for (SelectionKey key : selector.keys()) {
                    key.channel().close();
                }
            }
        }
    }

    private SocketChannel raced(Selector selector, Iterator<InetAddress> rest) throws IOException {
        @Nullable SocketChannel connected = null;
        while (connected == null) {
            if (rest.hasNext()) {
                connected = begin(selector, rest.next());
            }
            long leftMs = (endNanos - System.nanoTime()) / 1_000_000;
            if (connected == null && (leftMs <= 0 || (selector.keys().isEmpty() && !rest.hasNext()))) {
                throw failed();
            }
            if (connected == null && !selector.keys().isEmpty()) {
                selector.select(rest.hasNext() ? Math.min(leftMs, STAGGER.toMillis()) : leftMs);
                connected = connected(selector);
            }
        }
        connected.configureBlocking(true);
        return connected;
    }

    private IOException failed() {
        if (failures.isEmpty()) {
            return late();
        }
        return new IOException(String.join("; ", failures));
    }

    /** A channel that connected at once; null if it takes longer or failed. */
    private @Nullable SocketChannel begin(Selector selector, InetAddress to) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.configureBlocking(false);
            if (channel.connect(new InetSocketAddress(to, address.port()))) {
                return channel;
            }
            channel.register(selector, SelectionKey.OP_CONNECT, to);
        } catch (IOException e) {
            failed(channel, to, e);
        }
        return null;
    }

    private void failed(SocketChannel channel, InetAddress to, IOException cause) throws IOException {
        channel.close();
        failures.add(to.getHostAddress() + ": " + cause.getMessage());
    }

    private @Nullable SocketChannel connected(Selector selector) throws IOException {
        for (SelectionKey key : Set.copyOf(selector.selectedKeys())) {
            SocketChannel channel = (SocketChannel) key.channel();
            try {
                if (channel.finishConnect()) {
                    key.cancel();
                    selector.selectNow();
                    return channel;
                }
            } catch (IOException e) {
                failed(channel, (InetAddress) key.attachment(), e);
            }
        }
        selector.selectedKeys().clear();
        selector.selectNow(); // forgets the keys of channels that failed
        return null;
    }
}
