package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.authority.ClusterKeys;
import io.trivet.authority.NodeCertificate;
import io.trivet.authority.NodeKey;
import io.trivet.authority.SigningRequest;
import io.trivet.model.Address;
import io.trivet.model.ClusterId;
import io.trivet.model.NodeId;
import io.trivet.model.TrivetException;
import io.trivet.wire.Acceptor;
import io.trivet.wire.Connection;
import io.trivet.wire.Connector;
import io.trivet.wire.TransportSecurity;
import io.trivet.wire.credentials.TrustSettings;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Idle callers do not keep active ones out. */
final class DoorkeeperTest {
    private static final int MAX = 16;
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final RequestEnvelope VIEW = RequestEnvelope.toAny(new Request.GetView());

    @TempDir
    Path base;

    private final List<Socket> silent = new ArrayList<>();
    private Acceptor acceptor;
    private Address address;
    private TrustSettings.Authority authority;

    @BeforeEach
    void listen() throws IOException {
        ClusterId cluster = new ClusterId(UUID.randomUUID());
        ClusterKeys keys = ClusterKeys.make(cluster, Instant.now());
        NodeKey key = NodeKey.in(base);
        authority = keys.authority().trust();
        NodeCertificate certificate = NodeCertificate.first(
                base,
                key,
                authority,
                keys.authority()
                        .chain(
                                new NodeId(0),
                                SigningRequest.parse(key.signingRequest()),
                                Instant.now(),
                                Duration.ofHours(1)));
        address = LocalCluster.freeAddress();
        acceptor = new Acceptor(
                "door",
                address,
                cluster,
                TransportSecurity.of(authority, certificate::current),
                (connection, _) -> connection.send(new Reply.Done()),
                MAX);
        acceptor.start();
    }

    @AfterEach
    void close() throws IOException {
        for (Socket socket : silent) {
            socket.close();
        }
        acceptor.close();
    }

    private Connector client() {
        return new Connector("client", null, TransportSecurity.of(authority));
    }

    private static void answers(Connector client, Address address) {
        Reply reply;
        try {
            reply = client.call(address, VIEW, LIMIT);
        } catch (TrivetException _) {
            // The request may have come just as this connection, the longest idle, was closed; a
            // new one is admitted.
            reply = client.call(address, VIEW, LIMIT);
        }
        assertThat(reply).isEqualTo(new Reply.Done());
    }

    /** Ten times as many connections as there is room for, which send nothing or one byte. */
    @Test
    void halfOpenConnectionsDoNotKeepOutWhoSpeaks() throws IOException {
        try (Connector client = client()) {
            answers(client, address);
            for (int number = 0; number < 10 * MAX; number++) {
                Socket socket = new Socket(address.host(), address.port());
                silent.add(socket);
                if (number % 2 == 0) {
                    socket.getOutputStream().write(22);
                }
                if (number % MAX == 0) {
                    answers(client, address);
                    try (Connector another = client()) {
                        answers(another, address);
                    }
                }
            }
            LocalCluster.await("the silent are let go", () -> acceptor.openConnections() <= MAX);
        }
    }

    /** Authenticated connections that rest; their owners connect again when they need to. */
    @Test
    void idleConnectionsMakeRoomForNewOnes() throws IOException {
        List<Connection> resting = new ArrayList<>();
        try (Connector client = client()) {
            for (int number = 0; number < 3 * MAX; number++) {
                // Longer than the test waits, so that the listener closes them.
                Connection connection = client.take(address, Duration.ofMinutes(5));
                connection.send(VIEW);
                assertThat(connection.receive().message()).isEqualTo(new Reply.Done());
                resting.add(connection);
            }
            LocalCluster.await("the oldest are let go", () -> acceptor.openConnections() <= MAX);
            resting.forEach(client::giveBack);
            answers(client, address);
        }
    }
}
