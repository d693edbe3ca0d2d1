package io.trivet.gateway;

import io.trivet.client.ClientOptions;
import io.trivet.client.Profile;
import io.trivet.client.TrivetClient;
import io.trivet.gateway.signature.Query;
import io.trivet.gateway.signature.RequestSigner;
import io.trivet.gateway.signature.UriEncoding;
import io.trivet.model.Address;
import io.trivet.model.ChunkSize;
import io.trivet.model.Grant;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.node.MaintenanceSettings;
import io.trivet.node.NodeOptions;
import io.trivet.node.TrivetNode;
import io.trivet.wire.credentials.Secret;
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
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A cluster of one node in this process, a gateway to it, and a client of S3. */
final class TestGateway implements AutoCloseable {
    static final int CHUNK = 1 << 20;
    /** May do something at {@code /s3/shared/guest} and below, and nowhere else. */
    static final String GUEST = "guest";

    static final RemotePath ROOT = RemotePath.parse("/s3");

    final TrivetNode node;
    final Profile profile;
    final TrivetClient client;
    final S3Gateway gateway;
    final Address metrics;
    private final KnownUsers users;
    private final Secret guestSecret = Secret.random();
    private final HttpClient http = HttpClient.newHttpClient();

    private TestGateway(TrivetNode node, Profile profile) throws IOException {
        this.node = node;
        this.profile = profile;
        this.client = TrivetClient.connect(ClientOptions.of(profile).withOpenFiles(S3Gateway.OPEN_FILES));
        client.users().add(GUEST, guestSecret);
        client.users()
                .setRights(
                        GUEST,
                        new Grant(
                                ROOT.resolve("shared").resolve("guest"),
                                EnumSet.of(Right.READ, Right.WRITE, Right.LIST)));
        this.users = KnownUsers.of(List.of(profile, profile.as(GUEST, guestSecret.text())));
        this.metrics = freeAddress();
        this.gateway = S3Gateway.start(
                new GatewayOptions(
                        freeAddress(),
                        ROOT,
                        Optional.empty(),
                        new GatewayLimits(64 << 20, 64, 1024, 512),
                        Optional.of(metrics)),
                users,
                users);
    }

    private static Address freeAddress() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return new Address("127.0.0.1", free.getLocalPort());
        }
    }

    static TestGateway start(Path base) throws IOException {
        TrivetNode node = TrivetNode.start(new NodeOptions(
                base.resolve("node"),
                List.of(),
                Optional.of(freeAddress()),
                new NodeOptions.Start.Init(1, new ChunkSize(CHUNK), true, Duration.ZERO),
                MaintenanceSettings.USUAL));
        if (!node.awaitReady(Duration.ofSeconds(30))) {
            throw new IOException("the node is not ready");
        }
        return new TestGateway(
                node, node.profile().as(node.administrator().orElseThrow().account()));
    }

    String accessKey() {
        return profile.accessKey();
    }

    String secret() {
        return profile.secret();
    }

    String host() {
        return gateway.address().toString();
    }

    RequestSigner signer() {
        return new RequestSigner(accessKey(), secret(), "us-east-1");
    }

    /** A signed request; {@code path} is decoded, with the bucket first. */
    HttpResponse<byte[]> send(String method, String path, String query, Map<String, String> headers, byte[] body) {
        return send(method, path, query, headers, body, "UNSIGNED-PAYLOAD");
    }

    /** The same of the guest. */
    HttpResponse<byte[]> sendAsGuest(
            String method, String path, String query, Map<String, String> headers, byte[] body) {
        RequestSigner guest = new RequestSigner(GUEST, guestSecret.text(), "anywhere");
        return send(guest, method, path, query, headers, body, "UNSIGNED-PAYLOAD");
    }

    HttpResponse<byte[]> send(
            String method, String path, String query, Map<String, String> headers, byte[] body, String payload) {
        return send(signer(), method, path, query, headers, body, payload);
    }

    private HttpResponse<byte[]> send(
            RequestSigner signer,
            String method,
            String path,
            String query,
            Map<String, String> headers,
            byte[] body,
            String payload) {
        String encoded = UriEncoding.encodePath(path);
        Map<String, String> all = new HashMap<>(headers);
        all.put("host", host());
        Map<String, String> signed = signer.sign(method, encoded, Query.parse(query), all, payload, Instant.now());
        signed.remove("host");
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://" + host() + encoded + (query.isEmpty() ? "" : "?" + query)));
        signed.forEach(request::header);
        request.method(
                method,
                body.length == 0 && !method.equals("PUT") && !method.equals("POST")
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofByteArray(body));
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    HttpResponse<byte[]> get(String path, String query) {
        return send("GET", path, query, Map.of(), new byte[0]);
    }

    HttpResponse<byte[]> put(String path, byte[] body) {
        return send("PUT", path, "", Map.of(), body);
    }

    HttpResponse<byte[]> put(String path, String body) {
        return put(path, body.getBytes(StandardCharsets.UTF_8));
    }

    HttpResponse<byte[]> delete(String path) {
        return send("DELETE", path, "", Map.of(), new byte[0]);
    }

    static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        gateway.close();
        users.close();
        client.close();
        node.close();
    }
}
