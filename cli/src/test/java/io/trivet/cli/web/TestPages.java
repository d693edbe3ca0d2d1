package io.trivet.cli.web;

import io.trivet.cli.layout.JoinWait;
import io.trivet.client.ClientOptions;
import io.trivet.client.Profile;
import io.trivet.client.TrivetClient;
import io.trivet.model.Address;
import io.trivet.model.ChunkSize;
import io.trivet.node.MaintenanceSettings;
import io.trivet.node.NodeOptions;
import io.trivet.node.TrivetNode;
import io.trivet.repair.RepairSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A cluster of three nodes in this process, a console of its administrator, and a browser that is logged in. */
final class TestPages implements AutoCloseable {
    static final int CHUNK = 1 << 20;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    final List<TrivetNode> nodes = new ArrayList<>();
    final Profile profile;
    final TrivetClient client;
    final WebConsole pages;
    final Browser browser;

    private TestPages(Path base, RepairSettings repair) throws IOException {
        MaintenanceSettings settings = MaintenanceSettings.USUAL.with(repair);
        for (int number = 0; number < 3; number++) {
            TrivetNode node = TrivetNode.start(new NodeOptions(
                    base.resolve("n" + number),
                    List.of(),
                    Optional.of(freeAddress()),
                    number == 0
                            ? new NodeOptions.Start.Init(0, new ChunkSize(CHUNK), false, Duration.ofHours(24))
                            : new NodeOptions.Start.Join(nodes.getFirst().issueToken(LIMIT, 1)),
                    settings));
            nodes.add(node);
            if (!node.awaitReady(LIMIT)) {
                throw new IOException(node.id() + " is not ready");
            }
        }
        Profile first = nodes.getFirst()
                .profile()
                .as(nodes.getFirst().administrator().orElseThrow().account());
        this.profile = first.at(nodes.stream().map(TrivetNode::address).toList());
        if (!JoinWait.await(profile, nodes.stream().map(TrivetNode::id).toList(), LIMIT)) {
            throw new IOException("the nodes have no slots");
        }
        this.client = TrivetClient.connect(ClientOptions.of(profile));
        this.pages = WebConsole.start(Optional.empty(), client, "admin", Optional.of(base.resolve("state")));
        this.browser = new Browser(pages);
        browser.login();
    }

    private static Address freeAddress() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return new Address("127.0.0.1", free.getLocalPort());
        }
    }

    static TestPages start(Path base) throws IOException {
        return new TestPages(base, RepairSettings.USUAL);
    }

    /** Nodes that take over from one that is silent for two seconds. */
    static TestPages startThatRepairs(Path base) throws IOException {
        return new TestPages(
                base,
                new RepairSettings(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(1), 64 << 20));
    }

    /** What a browser keeps of a session, and what it sends. */
    static final class Browser {
        final String origin;
        String cookie = "";
        String key = "";
        private final WebConsole pages;
        private final HttpClient http = HttpClient.newHttpClient();

        Browser(WebConsole pages) {
            this.pages = pages;
            this.origin = "http://" + pages.address();
        }

        void login() {
            HttpResponse<String> answer = login(word(pages.loginLink()));
            if (answer.statusCode() != 200) {
                throw new AssertionError(answer.body());
            }
            take(answer);
        }

        void take(HttpResponse<String> login) {
            cookie = login.headers().firstValue("set-cookie").orElseThrow().replaceFirst(";.*", "");
            key = login.body().replaceFirst(".*\"key\":\"([^\"]*)\".*", "$1");
        }

        static String word(String link) {
            return link.replaceFirst(".*#login=", "");
        }

        HttpResponse<String> login(String word) {
            return text(request("POST", "/api/login", form(Map.of("word", word)), Map.of("Origin", origin)));
        }

        HttpResponse<String> get(String name, Map<String, String> parameters) {
            return text(own("GET", "/api/" + name + "?" + form(parameters), new byte[0], Map.of()));
        }

        HttpResponse<String> post(String name, Map<String, String> parameters) {
            return text(own(
                    "POST",
                    "/api/" + name,
                    form(parameters).getBytes(StandardCharsets.UTF_8),
                    Map.of("Origin", origin)));
        }

        HttpResponse<String> put(String path, byte[] content, boolean replace) {
            return text(own(
                    "PUT",
                    "/api/upload?" + form(Map.of("path", path, "replace", replace ? "1" : "0")),
                    content,
                    Map.of("Origin", origin)));
        }

        HttpResponse<byte[]> picture(String path) {
            return own("GET", "/api/picture?" + form(Map.of("path", path)), new byte[0], Map.of());
        }

        /** By a ticket, as a browser does. */
        HttpResponse<byte[]> download(String path) {
            HttpResponse<String> ticket = post("ticket", Map.of("path", path));
            if (ticket.statusCode() != 200) {
                throw new AssertionError(ticket.body());
            }
            return fetch(ticket.body().replaceFirst(".*\"address\":\"([^\"]*)\".*", "$1"));
        }

        /** With the cookie alone. */
        HttpResponse<byte[]> fetch(String address) {
            return request("GET", address, "", Map.of("Cookie", cookie));
        }

        /** With both halves of the session. */
        private HttpResponse<byte[]> own(String method, String address, byte[] body, Map<String, String> more) {
            Map<String, String> headers = new java.util.HashMap<>(more);
            headers.put("Cookie", cookie);
            headers.put("X-Trivet-Key", key);
            return request(method, address, body, headers);
        }

        HttpResponse<byte[]> request(String method, String address, String body, Map<String, String> headers) {
            return request(method, address, body.getBytes(StandardCharsets.UTF_8), headers);
        }

        private HttpResponse<byte[]> request(String method, String address, byte[] body, Map<String, String> headers) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(origin + address))
                    .method(
                            method,
                            method.equals("GET")
                                    ? HttpRequest.BodyPublishers.noBody()
                                    : HttpRequest.BodyPublishers.ofByteArray(body));
            headers.forEach(request::header);
            try {
                return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        static HttpResponse<String> text(HttpResponse<byte[]> answer) {
            return new TextResponse(answer);
        }

        static String form(Map<String, String> parameters) {
            return parameters.entrySet().stream()
                    .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                    .collect(Collectors.joining("&"));
        }
    }

    /** The same with its body as text. */
    private record TextResponse(HttpResponse<byte[]> bytes) implements HttpResponse<String> {
        @Override
        public int statusCode() {
            return bytes.statusCode();
        }

        @Override
        public HttpRequest request() {
            return bytes.request();
        }

        @Override
        public Optional<HttpResponse<String>> previousResponse() {
            return Optional.empty();
        }

        @Override
        public java.net.http.HttpHeaders headers() {
            return bytes.headers();
        }

        @Override
        public String body() {
            return new String(bytes.body(), StandardCharsets.UTF_8);
        }

        @Override
        public Optional<javax.net.ssl.SSLSession> sslSession() {
            return Optional.empty();
        }

        @Override
        public URI uri() {
            return bytes.uri();
        }

        @Override
        public HttpClient.Version version() {
            return bytes.version();
        }
    }

    @Override
    public void close() {
        pages.close();
        client.close();
        nodes.forEach(TrivetNode::close);
    }
}
