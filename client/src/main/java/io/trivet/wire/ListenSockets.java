package io.trivet.wire;

import io.trivet.model.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on the addresses to which a name resolves. A name may stand for several servers, so
 * addresses of other servers are skipped.
 */
public final class ListenSockets {
    private static final Logger LOG = LoggerFactory.getLogger(ListenSockets.class);

    private ListenSockets() {}

    /** At least one socket. Throws {@link IOException} that names each address and what failed. */
    public static List<ServerSocketChannel> on(Address listen, int backlog) throws IOException {
        try {
            return on(listen, ResolvedName.of(listen.host()), backlog);
        } catch (IOException e) {
            throw failure(listen, e);
        }
    }

    /** An exception that says why listening failed and what to do. */
    static IOException failure(Address listen, IOException e) {
        String said = String.valueOf(e.getMessage());
        return new IOException("cannot listen on " + listen + ": " + said + advice(said), e);
    }

    private static String advice(String said) {
        if (said.contains("in use")) {
            return ": stop what listens there (ss -ltnp shows it), or choose another port";
        }
        if (said.contains("assign requested address")) {
            return ": it is no address of this server";
        }
        return said.contains("ermission denied") ? ": ports below 1024 are for root: choose another" : "";
    }

    /** {@code addresses}: to which the name resolves. Throws what failed, without the name. */
    public static List<ServerSocketChannel> on(Address listen, List<InetAddress> addresses, int backlog)
            throws IOException {
        List<ServerSocketChannel> servers = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        for (InetAddress address : addresses) {
            try {
                servers.add(bound(new InetSocketAddress(address, listen.port()), backlog));
            } catch (IOException e) {
                failures.add(address.getHostAddress() + ": " + e.getMessage());
            }
        }
        if (servers.isEmpty()) {
            throw new IOException(String.join("; ", failures));
        }
        if (!failures.isEmpty()) {
            LOG.warn("listens on a part of its addresses address={} not=\"{}\"", listen, String.join("; ", failures));
        }
        return List.copyOf(servers);
    }

    private static ServerSocketChannel bound(InetSocketAddress address, int backlog) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        try {
            server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            return server.bind(address, backlog);
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }
}
