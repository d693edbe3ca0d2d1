package io.trivet.cli.web;

import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import io.trivet.client.TrivetClient;
import io.trivet.model.Address;
import io.trivet.node.http.HttpConnectionLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.slf4j.LoggerFactory;

/**
 * Serves the console over HTTP on loopback, as one user of the cluster. Whoever logs in, by a link
 * that only the user of this machine who runs it can make, acts as that user of the cluster.
 */
public final class WebConsole implements AutoCloseable {
    /** The usual address. */
    public static final Address USUAL = new Address("127.0.0.1", 7790);

    private static final int MAX_TASKS = 128;
    private static final int MAX_CONNECTIONS = 64;
    private static final Duration HEADER = Duration.ofSeconds(10);
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(2);

    /** A path of 4,096 bytes has three characters for each in an address. */
    private static final int HEADER_BYTES = 32 << 10;

    private static final int BUFFER_BYTES = 64 << 10;

    private final Server server;
    private final Address address;
    private final LoginLinks links;
    private final Optional<Path> state;

    private WebConsole(Server server, Address address, LoginLinks links, Optional<Path> state) {
        this.server = server;
        this.address = address;
        this.links = links;
        this.state = state;
    }

    /**
     * Serves on return.
     *
     * @param listen on loopback; empty for a free port
     * @param client stays open for as long as this serves, and is not closed by it
     * @param state where other processes of this user of the machine find the key for login links;
     *     empty for none
     * @throws WrongUsage if the address is not on loopback
     */
    public static WebConsole start(Optional<Address> listen, TrivetClient client, String user, Optional<Path> state)
            throws IOException {
        String host = listen.orElse(USUAL).host();
        if (!InetAddress.getByName(host).isLoopbackAddress()) {
            throw new WrongUsage(Text.of("{0}: the console listens on loopback only", host));
        }
        byte[] key = LoginLinks.randomKey();
        LoginLinks links = new LoginLinks(key, InstantSource.system());
        VirtualThreadPool threads = new VirtualThreadPool(MAX_TASKS);
        threads.setName("trivet-console");
        Server server = new Server(threads);
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(configuration()));
        connector.setHost(host);
        connector.setPort(listen.map(Address::port).orElse(0));
        connector.setIdleTimeout(IDLE.toMillis());
        connector.addBean(new HttpConnectionLimits(server.getScheduler(), MAX_CONNECTIONS, HEADER));
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(2 * MAX_CONNECTIONS, server));
        server.setStopTimeout(STOP_LIMIT.toMillis());
        server.setErrorHandler((_, response, callback) -> {
            // Jetty's page would say what serves it, and what was asked.
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, 0);
            if (response.getStatus() < HttpStatus.BAD_REQUEST_400) {
                response.setStatus(HttpStatus.INTERNAL_SERVER_ERROR_500);
            }
            callback.succeeded();
            return true;
        });
        boolean done = false;
        try {
            connector.open();
            Address address = new Address(host, connector.getLocalPort());
            server.setHandler(new WebHandler(client, user, address.port(), links));
            server.start();
            if (state.isPresent()) {
                LoginKey.write(state.get(), address.port(), key);
            }
            done = true;
            return new WebConsole(server, address, links, state);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) { // whatever a part of Jetty throws
            throw new IOException(host + ": " + e.getMessage(), e);
        } finally {
            if (!done) {
                stop(server);
            }
        }
    }

    private static HttpConfiguration configuration() {
        HttpConfiguration http = new HttpConfiguration();
        http.setRequestHeaderSize(HEADER_BYTES);
        http.setInputBufferSize(BUFFER_BYTES);
        http.setSendServerVersion(false);
        http.setIdleTimeout(IDLE.toMillis());
        return http;
    }

    /** Where it listens. */
    public Address address() {
        return address;
    }

    /** A new link, which logs in once within ten minutes. */
    public String loginLink() {
        return link(address, links.word());
    }

    /** For a console that runs at this address, in any process of this user of the machine. Empty if none does. */
    static Optional<String> loginLink(Path state, Address address) throws IOException {
        return LoginKey.read(state, address.port())
                .map(key -> link(address, new LoginLinks(key, InstantSource.system()).word()));
    }

    /** What follows the # never leaves the browser. */
    private static String link(Address address, String word) {
        return "http://" + address + "/#login=" + word;
    }

    private static void stop(Server server) {
        try {
            server.stop();
        } catch (Exception e) { // whatever a part of Jetty throws
            LoggerFactory.getLogger(WebConsole.class).warn("The console did not stop well.", e);
        }
    }

    @Override
    public void close() {
        stop(server);
        state.ifPresent(directory -> {
            try {
                LoginKey.delete(directory, address.port());
            } catch (IOException e) {
                LoggerFactory.getLogger(WebConsole.class).debug("the key of the console stays", e);
            }
        });
    }
}
