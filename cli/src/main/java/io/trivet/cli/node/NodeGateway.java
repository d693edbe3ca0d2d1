package io.trivet.cli.node;

import io.trivet.client.ClientOptions;
import io.trivet.client.TrivetClient;
import io.trivet.gateway.GatewayLimits;
import io.trivet.gateway.GatewayOptions;
import io.trivet.gateway.S3Gateway;
import io.trivet.model.TrivetException;
import io.trivet.node.TrivetNode;
import io.trivet.wire.DataFrameBuffers;
import io.trivet.wire.credentials.DelegatedLogin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * S3 in a node: a gateway that has no secret of a user, and asks the leader for those who come. What
 * fails here never ends the node; a gateway that does not start is tried again. One thread looks
 * after it.
 */
final class NodeGateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeGateway.class);

    /** Of the heap, for a node without S3. */
    static final long HEAP_OF_A_NODE = 256L << 20;

    /** Of the heap, for connections, requests and lists. */
    private static final long HEAP_BESIDE_UPLOADS = 64L << 20;

    private static final long LEAST_UPLOADS = 8L << 20;
    private static final int OPEN_FILES = 16;
    private static final int CONNECTIONS = 256;
    private static final int REQUESTS = 72;
    private static final Duration LOOK_EVERY = Duration.ofSeconds(30);

    private final S3Settings settings;
    private final GatewayLimits limits;
    private final NodeUsers users;
    private final CountDownLatch ending = new CountDownLatch(1);
    private volatile @Nullable S3Gateway gateway;

    private NodeGateway(S3Settings settings, GatewayLimits limits, NodeUsers users) {
        this.settings = settings;
        this.limits = limits;
        this.users = users;
    }

    /**
     * Serves when it returns; if it cannot yet, it says why in the log and tries again.
     *
     * @param otherHeap bytes of the heap of this process that are for something else
     */
    static NodeGateway start(TrivetNode node, S3Settings settings, long otherHeap) {
        long uploads = Runtime.getRuntime().maxMemory() - otherHeap - HEAP_BESIDE_UPLOADS;
        if (uploads < LEAST_UPLOADS) {
            LOG.warn(
                    "s3 has little memory heap={} for_uploads={}: start the program with more, for example TRIVET_JAVA_OPTS=-Xmx576m",
                    Runtime.getRuntime().maxMemory(),
                    LEAST_UPLOADS);
        }
        DataFrameBuffers buffers = TrivetClient.buffers(OPEN_FILES);
        NodeGateway started = new NodeGateway(
                settings,
                new GatewayLimits(Math.max(uploads, LEAST_UPLOADS), OPEN_FILES, CONNECTIONS, REQUESTS),
                new NodeUsers(node.delegations()::ask, login -> connect(node, login, buffers)));
        started.warn();
        started.begin();
        Thread.ofPlatform().daemon().name(node.id() + "-s3").start(started::lookAfterIt);
        return started;
    }

    private static TrivetClient connect(TrivetNode node, Supplier<DelegatedLogin> login, DataFrameBuffers buffers) {
        ClientOptions options = ClientOptions.of(node.profile()).withOpenFiles(OPEN_FILES);
        return TrivetClient.connectFor(login, options, buffers);
    }

    /** Then names and contents can be read on the way: signatures only keep others from changing them. */
    private void warn() {
        try {
            if (settings.certificate().isEmpty()
                    && !InetAddress.getByName(settings.listen().host()).isLoopbackAddress()) {
                LOG.warn(
                        "s3 in plain HTTP at={}: others on the network can read the traffic; set s3.certificate and s3.key for TLS",
                        settings.listen());
            }
        } catch (UnknownHostException e) {
            LOG.debug("no address of {}", settings.listen(), e); // starting says so as well
        }
    }

    /** What clients of S3 are told to reach it by; empty while it does not serve. */
    Optional<String> endpoint() {
        return Optional.ofNullable(gateway).map(S3Gateway::endpoint);
    }

    private void begin() {
        GatewayOptions plain = new GatewayOptions(
                settings.listen(), settings.root(), settings.certificate(), limits, Optional.empty());
        try {
            S3Gateway started = S3Gateway.start(plain, users, users);
            gateway = started;
            if (ending.getCount() == 0) {
                started.close();
            }
            LOG.info("serves s3 at={} buckets={}", started.endpoint(), settings.root());
        } catch (IOException | RuntimeException e) {
            LOG.error(
                    "s3 is not served at={} cause=\"{}\": it is tried again in {} s",
                    settings.listen(),
                    e.getMessage(),
                    LOOK_EVERY.toSeconds());
        }
    }

    private void lookAfterIt() {
        try {
            while (!ending.await(LOOK_EVERY.toSeconds(), TimeUnit.SECONDS)) {
                round();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** An exception must not end the thread, and an error is no reason to end the node. */
    private void round() {
        try {
            users.round();
            S3Gateway serving = gateway;
            if (serving == null) {
                begin();
            } else if (serving.renewCertificateIfChanged()) {
                LOG.info("s3 has read its certificate again at={}", settings.listen());
            }
        } catch (IOException | TrivetException e) {
            LOG.warn("s3 keeps its certificate cause=\"{}\"", e.getMessage());
        } catch (RuntimeException e) {
            LOG.warn("s3 goes on", e);
        }
    }

    /** Waits a moment for requests under way. */
    @Override
    public void close() {
        ending.countDown();
        S3Gateway serving = gateway;
        if (serving != null) {
            serving.close();
        }
        users.close();
    }
}
