package io.trivet.gateway;

import io.trivet.gateway.signature.SignatureCheck;
import io.trivet.gateway.signature.SigningKeys;
import io.trivet.model.Address;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.security.KeyStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.ConnectionStatistics;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * Serves the files of a cluster by S3 over HTTP/1.1. Whatever callers do, connections, requests at
 * once, headers, waiting and memory have bounds.
 */
public final class S3Gateway implements AutoCloseable {
    /** Files that a process of its own reads at once: {@link io.trivet.client.ClientOptions#openFiles}. */
    public static final int OPEN_FILES = 64;

    /** As long as a connection may move nothing. */
    private static final Duration IDLE = Duration.ofSeconds(60);

    /** The same where no connection is free: those that move nothing make room for others. */
    private static final Duration IDLE_WHEN_FULL = Duration.ofSeconds(5);

    private static final Duration IDLE_AT_STOP = Duration.ofSeconds(1);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
    private static final int HEADER_BYTES = 32 << 10;
    private static final int BUFFER_BYTES = 64 << 10;

    private static final int MAX_METRICS_CONNECTIONS = 32;
    private static final int MAX_METRICS_TASKS = 40;

    private final Server server;
    private final Optional<Server> metrics;
    private final ServerConnector connector;
    private final GatewayOptions options;

    /** Of the certificate's file when it was read; it may have been read a moment later. */
    private @Nullable FileTime certificateTime;

    private S3Gateway(Server server, Optional<Server> metrics, ServerConnector connector, GatewayOptions options) {
        this.server = server;
        this.metrics = metrics;
        this.connector = connector;
        this.options = options;
    }

    /** Serves when it returns. Throws where the address is taken, or a certificate cannot be read. */
    public static S3Gateway start(GatewayOptions options, SigningKeys keys, Callers callers) throws IOException {
        VirtualThreadPool threads = new VirtualThreadPool(options.limits().requests());
        threads.setName("trivet-s3");
        Server server = new Server(threads);
        HttpConnectionFactory http =
                new HttpConnectionFactory(configuration(options.certificate().isPresent()));
        ServerConnector connector = options.certificate().isPresent()
                ? new ServerConnector(
                        server,
                        1,
                        1,
                        new SslConnectionFactory(tls(options.certificate().get()), "http/1.1"),
                        http)
                : new ServerConnector(server, 1, 1, http);
        connector.setHost(options.listen().host());
        connector.setPort(options.listen().port());
        connector.setIdleTimeout(IDLE.toMillis());
        connector.setShutdownIdleTimeout(IDLE_AT_STOP.toMillis());
        server.addConnector(connector);
        NetworkConnectionLimit limit =
                new NetworkConnectionLimit(options.limits().connections(), server);
        limit.setEndPointIdleTimeout(IDLE_WHEN_FULL.toMillis());
        server.addBean(limit);
        server.setStopTimeout(STOP_LIMIT.toMillis());
        RequestCounts counts = new RequestCounts();
        ConnectionStatistics connections = new ConnectionStatistics();
        connector.addBean(connections);
        S3Handler handler = new S3Handler(options, new SignatureCheck(keys, InstantSource.system()), callers, counts);
        server.setHandler(new GracefulHandler(handler));
        server.setErrorHandler(new PlainErrors());
        FileTime certificateTime = options.certificate().isPresent()
                ? Files.getLastModifiedTime(options.certificate().get().certificate())
                : null;
        try {
            server.start();
        } catch (IOException e) {
            stop(server);
            throw new IOException(options.listen() + ": " + e.getMessage(), e);
        } catch (Exception e) {
            stop(server);
            throw new IOException("the gateway does not start: " + e.getMessage(), e);
        }
        S3Gateway gateway = new S3Gateway(server, metrics(server, options, counts, connections), connector, options);
        gateway.certificateTime = certificateTime;
        return gateway;
    }

    /** Beside the port of S3, which is for clients of S3 alone. */
    private static Optional<Server> metrics(
            Server server, GatewayOptions options, RequestCounts counts, ConnectionStatistics connections)
            throws IOException {
        if (options.metrics().isEmpty()) {
            return Optional.empty();
        }
        Address where = options.metrics().get();
        VirtualThreadPool threads = new VirtualThreadPool(MAX_METRICS_TASKS);
        threads.setName("trivet-s3-metrics");
        Server metrics = new Server(threads);
        ServerConnector connector = new ServerConnector(metrics, 1, 1, new HttpConnectionFactory(configuration(false)));
        connector.setHost(where.host());
        connector.setPort(where.port());
        connector.setIdleTimeout(IDLE.toMillis());
        metrics.addConnector(connector);
        NetworkConnectionLimit limit = new NetworkConnectionLimit(MAX_METRICS_CONNECTIONS, metrics);
        limit.setEndPointIdleTimeout(IDLE_WHEN_FULL.toMillis());
        metrics.addBean(limit);
        metrics.setHandler(new MetricsHandler(counts, connections));
        try {
            metrics.start();
            return Optional.of(metrics);
        } catch (Exception e) {
            stop(metrics);
            stop(server);
            throw new IOException(where + ": " + e.getMessage(), e);
        }
    }

    /**
     * Keys are paths of S3, not of a file system: what a server of files had better refuse, such as
     * a slash that is encoded, comes through as it was sent, and is judged as a key.
     */
    private static HttpConfiguration configuration(boolean secure) {
        HttpConfiguration http = new HttpConfiguration();
        http.setUriCompliance(UriCompliance.DEFAULT.with(
                "S3",
                UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR,
                UriCompliance.Violation.AMBIGUOUS_PATH_SEGMENT,
                UriCompliance.Violation.AMBIGUOUS_EMPTY_SEGMENT,
                UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING,
                UriCompliance.Violation.AMBIGUOUS_PATH_PARAMETER,
                UriCompliance.Violation.SUSPICIOUS_PATH_CHARACTERS));
        http.setRequestHeaderSize(HEADER_BYTES);
        http.setResponseHeaderSize(HEADER_BYTES);
        http.setInputBufferSize(BUFFER_BYTES);
        http.setSendServerVersion(false);
        http.setIdleTimeout(IDLE.toMillis());
        if (secure) {
            http.addCustomizer(new SecureRequestCustomizer(false)); // any name: people call nodes by addresses
        }
        return http;
    }

    private static SslContextFactory.Server tls(CertificateFiles files) throws IOException {
        SslContextFactory.Server tls = new SslContextFactory.Server();
        KeyStore store = files.read();
        tls.setKeyStore(store);
        tls.setKeyStorePassword("");
        tls.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        return tls;
    }

    /** Where it listens. */
    public Address address() {
        return options.listen();
    }

    /** What clients are told to reach it by. */
    public String endpoint() {
        return (options.certificate().isPresent() ? "https://" : "http://") + address();
    }

    /**
     * Reads the certificate again, for connections that are made from now on. Throws where it
     * cannot; then the one before stays.
     */
    public void renewCertificate() throws IOException {
        SslConnectionFactory factory = connector.getConnectionFactory(SslConnectionFactory.class);
        if (factory != null && options.certificate().isPresent()) {
            KeyStore store = options.certificate().get().read();
            try {
                factory.getSslContextFactory().reload(context -> context.setKeyStore(store));
            } catch (Exception e) {
                throw new IOException("the certificate cannot be used: " + e.getMessage(), e);
            }
        }
    }

    /**
     * The same if its file has another time than when it was read. Returns whether it has. Where it
     * cannot be read, the next call tries again. One thread.
     */
    public boolean renewCertificateIfChanged() throws IOException {
        if (options.certificate().isEmpty()) {
            return false;
        }
        FileTime now = Files.getLastModifiedTime(options.certificate().get().certificate());
        if (now.equals(certificateTime)) {
            return false;
        }
        renewCertificate();
        certificateTime = now;
        return true;
    }

    private static void stop(Server server) {
        try {
            server.stop();
        } catch (Exception e) {
            org.slf4j.LoggerFactory.getLogger(S3Gateway.class).warn("The S3 gateway did not stop well.", e);
        }
    }

    /** Waits a moment for what is under way; the rest fails. */
    @Override
    public void close() {
        metrics.ifPresent(S3Gateway::stop);
        stop(server);
    }
}
