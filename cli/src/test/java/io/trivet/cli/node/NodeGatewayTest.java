package io.trivet.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.client.Account;
import io.trivet.client.ClientOptions;
import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.gateway.signature.Query;
import io.trivet.gateway.signature.RequestSigner;
import io.trivet.gateway.signature.UriEncoding;
import io.trivet.model.Address;
import io.trivet.model.ChunkSize;
import io.trivet.model.Grant;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.node.MaintenanceSettings;
import io.trivet.node.NodeOptions;
import io.trivet.node.TrivetNode;
import io.trivet.wire.credentials.Secret;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes, each of which serves S3 without any user's secret. */
class NodeGatewayTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path base;

    private final List<TrivetNode> nodes = new ArrayList<>();
    private final List<NodeGateway> gateways = new ArrayList<>();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private Account admin = new Account("admin", Secret.random());
    private TrivetClient client;

    @BeforeEach
    void start() throws IOException {
        for (int number = 0; number < 3; number++) {
            TrivetNode node = TrivetNode.start(new NodeOptions(
                    base.resolve("n" + number),
                    List.of(),
                    Optional.of(free()),
                    number == 0
                            ? new NodeOptions.Start.Init(0, new ChunkSize(1 << 20))
                            : new NodeOptions.Start.Join(nodes.getFirst().issueToken(Duration.ofMinutes(1), 1)),
                    MaintenanceSettings.USUAL));
            nodes.add(node);
            assertThat(node.awaitReady(LIMIT)).isTrue();
        }
        admin = nodes.getFirst().administrator().orElseThrow().account();
        client = TrivetClient.connect(ClientOptions.of(
                        nodes.stream().map(TrivetNode::address).toList(),
                        nodes.getFirst().profile().trustSettings())
                .as(admin));
        long end = System.nanoTime() + LIMIT.toNanos();
        while (client.cluster().status().view().masters().size() < 3) {
            assertThat(System.nanoTime() - end).isNegative();
        }
        for (TrivetNode node : nodes) {
            gateways.add(NodeGateway.start(node, new S3Settings(free()), 0));
        }
    }

    @AfterEach
    void stop() {
        client.close();
        gateways.forEach(NodeGateway::close);
        nodes.forEach(TrivetNode::close);
    }

    private static Address free() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return new Address("127.0.0.1", free.getLocalPort());
        }
    }

    private HttpResponse<byte[]> send(int gateway, Account user, String method, String path, byte[] body) {
        URI endpoint = URI.create(gateways.get(gateway).endpoint().orElseThrow());
        String encoded = UriEncoding.encodePath(path);
        Map<String, String> headers = new HashMap<>(Map.of("host", endpoint.getAuthority()));
        Map<String, String> signed = new RequestSigner(
                        user.accessKey(), user.secret().text(), "us-east-1")
                .sign(method, encoded, Query.parse(""), headers, "UNSIGNED-PAYLOAD", Instant.now());
        signed.remove("host");
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(endpoint + encoded))
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
        signed.forEach(request::header);
        return send(request.build());
    }

    private HttpResponse<byte[]> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String text(HttpResponse<byte[]> response) {
        return response.statusCode() + " " + new String(response.body(), StandardCharsets.UTF_8);
    }

    private byte[] load(String path) throws IOException {
        ByteArrayOutputStream loaded = new ByteArrayOutputStream();
        client.load(RemotePath.parse(path), loaded, Progress.NONE);
        return loaded.toByteArray();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @Test
    void anObjectOfOneNodeIsAFileAndAnObjectOfTheOthers() throws IOException {
        byte[] bytes = random(5 << 20);
        assertThat(text(send(0, admin, "PUT", "/photos", new byte[0]))).startsWith("200");
        assertThat(text(send(1, admin, "PUT", "/photos/2026/a.bin", bytes))).startsWith("200");
        assertThat(load("/photos/2026/a.bin")).isEqualTo(bytes);
        assertThat(send(2, admin, "GET", "/photos/2026/a.bin", new byte[0]).body())
                .isEqualTo(bytes);
        byte[] other = random(3 << 20);
        client.save(new ByteArrayInputStream(other), RemotePath.parse("/photos/saved.bin"), Progress.NONE);
        for (int gateway = 0; gateway < 3; gateway++) {
            assertThat(send(gateway, admin, "GET", "/photos/saved.bin", new byte[0])
                            .body())
                    .isEqualTo(other);
        }
        URI endpoint = URI.create(gateways.get(2).endpoint().orElseThrow());
        String query = new RequestSigner(admin.accessKey(), admin.secret().text(), "us-east-1")
                .presign(
                        "GET",
                        endpoint.getAuthority(),
                        "/photos/saved.bin",
                        List.of(),
                        Instant.now().minus(Duration.ofDays(3)),
                        Duration.ofDays(7));
        assertThat(send(HttpRequest.newBuilder(URI.create(endpoint + "/photos/saved.bin?" + query))
                                .build())
                        .body())
                .isEqualTo(other);
    }

    @Test
    void theOthersGoOnWhenTheLeaderIsGone() throws IOException {
        byte[] bytes = random(2 << 20);
        assertThat(text(send(0, admin, "PUT", "/photos", new byte[0]))).startsWith("200");
        for (int gateway = 0; gateway < 3; gateway++) {
            assertThat(text(send(gateway, admin, "PUT", "/photos/before" + gateway, bytes)))
                    .startsWith("200");
        }
        NodeId leader = client.cluster().status().leader().orElseThrow();
        int gone = leader.number();
        gateways.get(gone).close();
        nodes.get(gone).close();
        Account bob = user("bob"); // nobody has asked for him before
        client.users().setRights("bob", new Grant(RemotePath.parse("/photos"), EnumSet.allOf(Right.class)));
        for (int gateway = 0; gateway < 3; gateway++) {
            if (gateway != gone) {
                for (Account user : List.of(admin, bob)) {
                    String path = "/photos/" + user.accessKey() + gateway;
                    assertThat(text(send(gateway, user, "PUT", path, bytes))).startsWith("200");
                    assertThat(load(path)).isEqualTo(bytes);
                }
            }
        }
    }

    private Account user(String name) {
        Account account = new Account(name, Secret.random());
        client.users().add(name, account.secret());
        return account;
    }

    @Test
    void whoMayNotIsToldInTheCodesOfS3() {
        send(0, admin, "PUT", "/photos", new byte[0]);
        send(0, admin, "PUT", "/photos/k", random(10));
        Account carl = user("carl");
        assertThat(text(send(1, new Account("carl", Secret.random()), "GET", "/photos/k", new byte[0])))
                .startsWith("403")
                .contains("<Code>SignatureDoesNotMatch</Code>");
        assertThat(text(send(1, new Account("nobody", Secret.random()), "GET", "/photos/k", new byte[0])))
                .startsWith("403")
                .contains("<Code>SignatureDoesNotMatch</Code>");
        assertThat(text(send(HttpRequest.newBuilder(
                                URI.create(gateways.get(1).endpoint().orElseThrow() + "/photos/k"))
                        .build())))
                .startsWith("403")
                .contains("<Code>AccessDenied</Code>");
        assertThat(text(send(1, carl, "GET", "/photos/k", new byte[0])))
                .startsWith("403")
                .contains("<Code>AccessDenied</Code>");
        client.users().setRights("carl", new Grant(RemotePath.parse("/photos"), EnumSet.of(Right.READ)));
        assertThat(text(send(1, carl, "GET", "/photos/k", new byte[0]))).startsWith("200");
        assertThat(text(send(1, carl, "PUT", "/photos/k", random(11))))
                .startsWith("403")
                .contains("<Code>AccessDenied</Code>");

        Account renewed = new Account("carl", Secret.random());
        client.users().rotateSecret("carl", renewed.secret());
        assertThat(text(send(1, carl, "GET", "/photos/k", new byte[0]))).startsWith("403");
        assertThat(text(send(1, carl, "GET", "/photos/k", new byte[0]))).contains("<Code>SignatureDoesNotMatch</Code>");
        assertThat(text(send(1, renewed, "GET", "/photos/k", new byte[0]))).startsWith("200");
        client.users().remove("carl");
        assertThat(text(send(1, renewed, "GET", "/photos/k", new byte[0]))).startsWith("403");
    }

    /** A node without S3 is a node; the address becomes free some day. */
    @Test
    void anAddressThatIsTakenKeepsTheNodeFromNothing() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getByName("127.0.0.1"))) {
            try (NodeGateway none = NodeGateway.start(
                    nodes.getFirst(), new S3Settings(new Address("127.0.0.1", taken.getLocalPort())), 0)) {
                assertThat(none.endpoint()).isEmpty();
            }
        }
        client.makeDirectory(RemotePath.parse("/still"));
    }
}
