package io.trivet.node.http;

import io.trivet.model.Address;
import io.trivet.model.NodeId;
import io.trivet.node.metrics.NodeMetrics;
import io.trivet.wire.ListenSockets;
import io.trivet.wire.TransportSecurity;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves HTTP, as long as it can. {@link #round} makes it listen where it does not: at the start of
 * the node, and again where a port was taken, or Jetty gave up. Any thread.
 */
public final class HttpListener implements AutoCloseable {
    /** How often {@link #round} is to be called. */
    public static final Duration PERIOD = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(HttpListener.class);
    private static final int BACKLOG = 64;

    /** What bounds a listener, beside Jetty's own rules. */
    record Limits(int threads, int connections, int headerBytes, Duration header, Duration idle) {
        static final Limits USUAL = new Limits(16, 128, 32 << 10, Duration.ofSeconds(10), Duration.ofSeconds(60));
    }

    private static final int MIN_THREADS = 2;
    private static final int QUEUED = 256;

    /** For buffers that are kept for the next request, on the heap and outside of it. */
    private static final long POOLED_BYTES = 4 << 20;

    private static final int BUFFER_STEP = 4 << 10;
    private static final int LARGEST_BUFFER = 64 << 10;
    private static final int BUFFERS_OF_A_SIZE = 64;
    private static final int THREAD_IDLE_MS = 60_000;

    private final NodeId self;
    private final Address listen;
    private final TransportSecurity transportSecurity;
    private final NodeMetrics metrics;
    private final Health health;
    private final Limits limits;
    private @Nullable Server server;
    private boolean closed;
    private boolean failing;

    /** {@code transportSecurity}: as the node's port has it. */
    public HttpListener(
            NodeId self, Address listen, TransportSecurity transportSecurity, NodeMetrics metrics, Health health) {
        this(self, listen, transportSecurity, metrics, health, Limits.USUAL);
    }

    HttpListener(
            NodeId self,
            Address listen,
            TransportSecurity transportSecurity,
            NodeMetrics metrics,
            Health health,
            Limits limits) {
        this.self = self;
        this.listen = listen;
        this.transportSecurity = transportSecurity;
        this.metrics = metrics;
        this.health = health;
        this.limits = limits;
    }

    /** Listens on return, or has said in the log why it does not. Throws nothing that was to be expected. */
    public synchronized void round() {
        if (closed || serves()) {
            return;
        }
        stop();
        try {
            start();
            failing = false;
        } catch (IOException | RuntimeException e) {
            stop();
            if (!failing) {
                LOG.error(
                        "serves no metrics node={} cause=\"{}\": the node serves all else, and tries again every {} s",
                        self,
                        e.getMessage(),
                        PERIOD.toSeconds());
            }
            failing = true;
        }
    }

    /** Jetty's, while there is one. */
    synchronized Optional<Server> server() {
        return Optional.ofNullable(server);
    }

    synchronized boolean serves() {
        Server running = server;
        return running != null
                && running.isStarted()
                && Arrays.stream(running.getConnectors())
                        .allMatch(each -> each.isRunning() && each instanceof ServerConnector open && open.isOpen());
    }

    private void start() throws IOException {
        List<ServerSocketChannel> channels = ListenSockets.on(listen, BACKLOG);
        boolean started = false;
        try {
            @Nullable SSLContext tls = tls(channels);
            Server made = server(channels, tls);
            server = made;
            made.start();
            started = true;
            LOG.info("serves HTTP node={} address={}://{}", self, tls == null ? "http" : "https", listen);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) { // whatever a part of Jetty throws
            throw new IOException(e.toString(), e);
        } finally {
            if (!started) {
                for (ServerSocketChannel channel : channels) {
                    channel.close();
                }
            }
        }
    }

    /** What leaves this machine is encrypted, as on the node's port. */
    private @Nullable SSLContext tls(List<ServerSocketChannel> channels) throws IOException {
        for (ServerSocketChannel channel : channels) {
            if (channel.getLocalAddress() instanceof InetSocketAddress where
                    && !where.getAddress().isLoopbackAddress()) {
                return switch (transportSecurity) {
                    case TransportSecurity.Tls security -> security.context();
                    case TransportSecurity.None _ -> null;
                };
            }
        }
        return null;
    }

    private Server server(List<ServerSocketChannel> channels, @Nullable SSLContext tls) throws IOException {
        QueuedThreadPool threads = new QueuedThreadPool(
                limits.threads, MIN_THREADS, THREAD_IDLE_MS, 0, new ArrayBlockingQueue<>(QUEUED), null);
        threads.setName(self + "-http");
        threads.setDaemon(true);
        Server made = new Server(
                threads,
                new ScheduledExecutorScheduler(self + "-http-timer", true),
                new ArrayByteBufferPool(0, BUFFER_STEP, LARGEST_BUFFER, BUFFERS_OF_A_SIZE, POOLED_BYTES, POOLED_BYTES));
        made.setStopTimeout(0);
        made.setHandler(new HttpHandler(self, metrics, health));
        made.setErrorHandler((request, response, callback) -> {
            // Jetty's page would say what serves it, and what was asked.
            byte[] body = (response.getStatus() + "\n").getBytes(StandardCharsets.US_ASCII);
            HttpHandler.send(response, callback, response.getStatus(), "text/plain;charset=utf-8", body);
            return true;
        });
        HttpConnectionLimits callers = new HttpConnectionLimits(made.getScheduler(), limits.connections, limits.header);
        for (ServerSocketChannel channel : channels) {
            ServerConnector connector = new ServerConnector(made, null, null, null, 1, 1, protocols(tls));
            connector.setIdleTimeout(limits.idle.toMillis());
            connector.addBean(callers);
            connector.open(channel);
            made.addConnector(connector);
        }
        // Beyond those that give way: of handshakes, and for the moment in which one goes.
        made.addBean(new NetworkConnectionLimit(2 * limits.connections, made));
        return made;
    }

    private ConnectionFactory[] protocols(@Nullable SSLContext tls) {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setRequestHeaderSize(limits.headerBytes);
        HttpConnectionFactory http = new HttpConnectionFactory(configuration);
        if (tls == null) {
            return new ConnectionFactory[] {http};
        }
        // Callers know the node by its certificate: the names and addresses of servers are in none.
        configuration.addCustomizer(new SecureRequestCustomizer(false));
        SslContextFactory.Server security = new SslContextFactory.Server();
        security.setSslContext(tls);
        security.setIncludeProtocols("TLSv1.3");
        return new ConnectionFactory[] {new SslConnectionFactory(security, http.getProtocol()), http};
    }

    private void stop() {
        Server running = server;
        server = null;
        if (running != null) {
            try {
                running.stop();
            } catch (Exception e) { // whatever a part of Jetty throws
                LOG.debug("HTTP not stopped node={} cause=\"{}\"", self, e.toString());
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        stop();
    }
}
