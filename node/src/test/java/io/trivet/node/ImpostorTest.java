package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.authority.ClusterKeys;
import io.trivet.authority.NodeCertificate;
import io.trivet.authority.NodeKey;
import io.trivet.authority.SigningRequest;
import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.model.Address;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.ClusterView;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import io.trivet.wire.Acceptor;
import io.trivet.wire.Connection;
import io.trivet.wire.Connector;
import io.trivet.wire.TransportSecurity;
import io.trivet.wire.credentials.JoinToken;
import io.trivet.wire.credentials.TrustSettings;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process listens or calls with the identity of another node, or of one that was taken over. */
final class ImpostorTest {
    private static final NodeId N2 = new NodeId(2);
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path base;

    private LocalCluster cluster;
    private ClusterId id;

    @BeforeEach
    void start() throws IOException {
        cluster = LocalCluster.start(base.resolve("c"), 3, ChunkSize.DEFAULT);
        id = cluster.node(N2).profile().cluster();
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private TrustSettings.Authority authority() {
        return (TrustSettings.Authority) cluster.trust();
    }

    /**
     * A certificate as an attacker with an old copy of the cluster's keys makes it: signed by the
     * authority, for the attacker's own key.
     */
    private NodeCertificate forged() throws IOException {
        Path home = Files.createDirectories(base.resolve("forger"));
        NodeKey key = NodeKey.in(home);
        List<byte[]> chain = ClusterKeys.in(cluster.data(new NodeId(0)), id)
                .orElseThrow()
                .authority()
                .chain(N2, SigningRequest.parse(key.signingRequest()), Instant.now(), Duration.ofDays(1));
        return NodeCertificate.first(home, key, authority(), chain);
    }

    private Address listenAsN2(NodeCertificate certificate, Acceptor.Handler handler) throws IOException {
        Address address = cluster.addresses().get(2);
        cluster.stop(N2);
        Acceptor acceptor = new Acceptor(
                "impostor", address, id, TransportSecurity.of(authority(), certificate::current), handler, 100);
        acceptor.start();
        acceptors.add(acceptor);
        return address;
    }

    private final List<Acceptor> acceptors = new CopyOnWriteArrayList<>();

    @AfterEach
    void stopListening() throws IOException {
        for (Acceptor acceptor : acceptors) {
            acceptor.close();
        }
    }

    @Test
    void whoCallsWithACertificateForTheNumberOfAnotherIsRefused() throws IOException {
        NodeCertificate certificate = forged();
        try (Connector forger = new Connector("forger", id, TransportSecurity.of(authority(), certificate::current))) {
            for (Request request : List.of(new Request.GetView(), new Request.GetTokenKeys())) {
                assertThatThrownBy(() ->
                                forger.call(cluster.addresses().getFirst(), RequestEnvelope.toAny(request), LIMIT))
                        .isInstanceOfSatisfying(TrivetException.class, e -> {
                            assertThat(e.kind()).isEqualTo(Refusal.Kind.FORBIDDEN);
                            assertThat(e.getMessage()).contains("another key");
                        });
            }
        }
    }

    /**
     * The leader keeps sending entries to the node's address, clients would store and load there:
     * the impostor receives none of it.
     */
    @Test
    void whoListensWithACertificateForTheNumberOfAnotherHearsNothing() throws IOException {
        AtomicInteger heard = new AtomicInteger();
        AtomicInteger connected = new AtomicInteger();
        NodeCertificate certificate = forged();
        try (TrivetClient client = cluster.client()) {
            client.save(new ByteArrayInputStream(new byte[9]), RemotePath.parse("/before"), Progress.NONE);
            listenAsN2(certificate, new Acceptor.Handler() {
                @Override
                public void handle(Connection connection, Connection.Incoming<RequestEnvelope> request)
                        throws IOException {
                    heard.incrementAndGet();
                    connection.send(new Reply.Done());
                }

                @Override
                public void turnedAway(Address peer, String reason) {
                    connected.incrementAndGet();
                }
            });
            for (int i = 0; i < 20; i++) {
                client.save(new ByteArrayInputStream(new byte[9]), RemotePath.parse("/f" + i), Progress.NONE);
            }
        }
        assertThat(heard).hasValue(0);
    }

    /**
     * What a joining node sends to a compromised one that claims to lead admits nobody else,
     * neither there nor elsewhere.
     */
    @Test
    void aNodeThatOnlySaysThatItLeadsCollectsNothingThatLetsAnotherIn() throws IOException {
        List<Request.EnterCluster> collected = new CopyOnWriteArrayList<>();
        NodeCertificate own = NodeCertificate.in(cluster.data(N2), NodeKey.in(cluster.data(N2)));
        JoinToken token = JoinToken.parse(cluster.node(new NodeId(0)).issueToken(Duration.ofMinutes(5), 1));
        ClusterView view = view();
        Address fake = listenAsN2(own, (connection, incoming) -> {
            if (incoming.message().request() instanceof Request.EnterCluster enter) {
                collected.add(enter);
                connection.send(new Reply.Refused(new Refusal(Refusal.Kind.DENIED, "token", "collected")));
            } else {
                connection.send(new Reply.ViewOf(N2, view, N2, List.of()));
            }
        });
        String misled = new JoinToken(id, token.secret(), authority(), List.of(fake)).text();
        assertThatThrownBy(() -> TrivetNode.start(newcomer("misled", misled))).hasMessageContaining("collected");
        assertThat(collected).hasSize(1);
        Request.EnterCluster taken = collected.getFirst();
        assertThat(new String(taken.proof().bytes(), java.nio.charset.StandardCharsets.ISO_8859_1))
                .doesNotContain(token.secret());
        NodeKey intruder = NodeKey.in(Files.createDirectories(base.resolve("intruder")));
        for (Request.EnterCluster passedOn : List.of(
                taken, new Request.EnterCluster(taken.proof(), intruder.id(), fake, intruder.signingRequest()))) {
            try (Connector connector = cluster.connector()) {
                for (Address master : cluster.addresses().subList(0, 2)) {
                    assertThatThrownBy(() -> connector.call(master, RequestEnvelope.toAny(passedOn), LIMIT))
                            .isInstanceOf(TrivetException.class)
                            .matches(e -> ((TrivetException) e).kind() == Refusal.Kind.DENIED
                                    || ((TrivetException) e).kind() == Refusal.Kind.NOT_LEADER);
                }
            }
        }
        // The token's one use is not spent.
        String good = new JoinToken(
                        id, token.secret(), authority(), cluster.addresses().subList(0, 2))
                .text();
        try (TrivetNode node = TrivetNode.start(newcomer("welcome", good))) {
            assertThat(node.id()).isEqualTo(new NodeId(3));
        }
    }

    private ClusterView view() {
        try (Connector connector = cluster.connector()) {
            Reply reply =
                    connector.call(cluster.addresses().getFirst(), RequestEnvelope.toAny(new Request.GetView()), LIMIT);
            return java.util.Objects.requireNonNull(((Reply.ViewOf) reply).view());
        }
    }

    private NodeOptions newcomer(String name, String token) throws IOException {
        return new NodeOptions(
                base.resolve(name),
                List.of(),
                Optional.of(LocalCluster.freeAddress()),
                new NodeOptions.Start.Join(token));
    }
}
