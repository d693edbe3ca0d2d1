package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.model.Address;
import io.trivet.model.ChunkSize;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What real nodes say of themselves over HTTP, and what the files of the packages make of it. */
class MonitoringTest {
    private static final ChunkSize CHUNK_SIZE = new ChunkSize(64 << 10);
    private static final Path MONITORING = Path.of("../packages/src/monitoring");
    private static final Path ALERT_TESTS = Path.of("../packages/src/test/monitoring/alerts-test.yml");
    private static final Pattern METRIC = Pattern.compile("\\b(?:trivet|jvm|process)_[a-z0-9_]+");

    private static final Duration STALE = Duration.ofMillis(250);

    @TempDir
    static Path base;

    private static LocalCluster cluster;
    private static TrivetClient client;

    @BeforeAll
    static void start() throws IOException {
        cluster = LocalCluster.withHttp(base, 3, CHUNK_SIZE);
        cluster.awaitHttp();
        client = cluster.client();
    }

    @AfterAll
    static void stop() {
        client.close();
        cluster.close();
    }

    private static Path file(String name, int bytes) throws IOException {
        byte[] content = new byte[bytes];
        new Random(1).nextBytes(content);
        return Files.write(base.resolve(name), content);
    }

    /** As they are now: what was scraped less than a fifth of a second ago would be said again. */
    private static List<Scrape> scrapes() {
        try {
            Thread.sleep(STALE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return List.of(0, 1, 2).stream()
                .map(number -> Scrape.of(cluster.http(new NodeId(number))))
                .toList();
    }

    private static double sum(String sample) {
        return scrapes().stream()
                .mapToDouble(scrape -> scrape.find(sample).orElse(0))
                .sum();
    }

    @Test
    void valuesMoveWithASave() throws IOException {
        LocalCluster.await("every slot was listed", () -> sum("trivet_slots_unlisted") == 0);
        double chunks = sum("trivet_chunks");
        double stores = sum("trivet_requests_total{kind=\"StoreChunk\"}");
        double commits = sum("trivet_requests_total{kind=\"Submit.Commit\"}");
        double received = sum("trivet_wire_bytes_total{direction=\"in\",side=\"accepted\"}");
        client.save(file("moves", 10 * CHUNK_SIZE.bytes()), RemotePath.parse("/moves"), Progress.NONE);
        LocalCluster.await("chunks are counted", () -> sum("trivet_chunks") == chunks + 20);
        assertThat(sum("trivet_requests_total{kind=\"StoreChunk\"}")).isGreaterThanOrEqualTo(stores + 20);
        assertThat(sum("trivet_requests_total{kind=\"Submit.Commit\"}")).isGreaterThanOrEqualTo(commits + 1);
        assertThat(sum("trivet_wire_bytes_total{direction=\"in\",side=\"accepted\"}"))
                .isGreaterThan(received + 20 * CHUNK_SIZE.bytes());
        assertThat(sum("trivet_request_seconds_bucket{kind=\"Submit.Commit\",le=\"+Inf\"}"))
                .isEqualTo(sum("trivet_request_seconds_count{kind=\"Submit.Commit\"}"));
    }

    @Test
    void theLeaderSaysWhenAUserMadeABackup() {
        assertThat(sum("trivet_backup_timestamp_seconds")).isZero();
        double before = Instant.now().getEpochSecond();
        client.cluster().backUpNamespace(base.resolve("namespace"));
        LocalCluster.await("the backup is known", () -> sum("trivet_backup_timestamp_seconds") >= before);
        assertThat(sum("trivet_backup_timestamp_seconds")).isLessThan(before + 60);
    }

    @Test
    void oneNodeLeadsAndItAloneSpeaksForTheCluster() {
        LocalCluster.await("nothing is owed, checked", () -> sum("trivet_cluster_owed_checked") == 1);
        List<Scrape> scrapes = scrapes();
        List<Scrape> leaders = scrapes.stream()
                .filter(scrape -> scrape.value("trivet_quorum_leader") == 1)
                .toList();
        assertThat(leaders).hasSize(1);
        assertThat(leaders.getFirst().value("trivet_cluster_nodes{state=\"up\"}"))
                .isEqualTo(3);
        assertThat(leaders.getFirst().value("trivet_cluster_replicas_owed")).isZero();
        assertThat(scrapes).allSatisfy(scrape -> {
            assertThat(scrape.value("trivet_ready")).isEqualTo(1);
            assertThat(scrape.value("trivet_quorum_term")).isPositive();
            assertThat(scrape.value("trivet_quorum_log_index")).isPositive();
            assertThat(scrape.value("trivet_quorum_leader_changes_total")).isPositive();
            assertThat(scrape.value("trivet_disks{state=\"serving\"}")).isEqualTo(1);
            assertThat(scrape.sum("trivet_disk_bytes{")).isPositive();
            assertThat(scrape.value("trivet_scrape_failures_total")).isZero();
            assertThat(scrape.value("process_cpu_seconds_total")).isPositive();
            assertThat(scrape.find("trivet_cluster_replicas_owed").isPresent())
                    .isEqualTo(scrape.value("trivet_quorum_leader") == 1);
        });
    }

    @Test
    void bothFormatsAreAnswered() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + cluster.http(new NodeId(0)) + "/metrics"))
                .header("Accept", "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5")
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.headers().firstValue("Content-Type"))
                    .hasValueSatisfying(type -> assertThat(type).startsWith("application/openmetrics-text"));
            assertThat(answer.body()).endsWith("# EOF\n");
        }
        HttpResponse<String> plain = Scrape.get(cluster.http(new NodeId(0)), "/metrics");
        assertThat(plain.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain"));
        assertThat(plain.headers().firstValue("Server")).isEmpty();
    }

    /** No name of a user or a file, nor an id, ever becomes a label. */
    @Test
    void noUserCanMakeASeries() throws IOException {
        client.save(file("secret", 1000), RemotePath.parse("/very-secret-name"), Progress.NONE);
        assertThatThrownBy(() -> client.stat(RemotePath.parse("/nothing-there")))
                .isInstanceOf(TrivetException.class);
        assertThat(scrapes())
                .allSatisfy(scrape -> assertThat(scrape.text())
                        .doesNotContain(
                                "secret-name",
                                "nothing-there",
                                cluster.account().accessKey()));
        assertThat(sum("trivet_request_errors_total{code=\"NO_SUCH_FILE\",kind=\"Ask.Lookup\"}"))
                .isPositive();
        Set<String> labels = new TreeSet<>();
        Pattern label = Pattern.compile("([a-z_]+)=\"");
        scrapes()
                .forEach(scrape -> scrape.samples().keySet().stream()
                        .filter(sample -> sample.startsWith("trivet_"))
                        .forEach(sample -> label.matcher(sample).results().forEach(each -> labels.add(each.group(1)))));
        assertThat(labels)
                .containsExactlyInAnyOrder(
                        "kind", "code", "le", "disk", "state", "side", "direction", "node", "cluster");
    }

    @Test
    void everyMetricOfTheAlertsAndTheDashboardExists() throws IOException {
        client.save(file("any", 1000), RemotePath.parse("/any"), Progress.NONE);
        assertThatThrownBy(() -> client.stat(RemotePath.parse("/nothing"))).isInstanceOf(TrivetException.class);
        Set<String> known = scrapes().stream()
                .flatMap(scrape -> scrape.names().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        for (Path file : List.of(
                MONITORING.resolve("alerts.yml"),
                MONITORING.resolve("dashboard.json"),
                ALERT_TESTS,
                Path.of("../docs/operate/monitor.md"))) {
            Set<String> named = METRIC.matcher(Files.readString(file))
                    .results()
                    .map(found -> found.group())
                    .filter(name -> !name.endsWith("_"))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(known).as(file.toString()).containsAll(named);
        }
    }

    @Test
    void everyKindOfRequestThatTheDashboardNamesExists() throws IOException {
        Matcher named = Pattern.compile("kind=~\\\\\"([^\\\\]+)\\\\\"")
                .matcher(Files.readString(MONITORING.resolve("dashboard.json")));
        assertThat(named.find()).isTrue();
        Scrape scrape = scrapes().getFirst();
        assertThat(named.group(1).split("\\|"))
                .hasSizeGreaterThan(3)
                .allSatisfy(kind -> assertThat(scrape.find("trivet_requests_total{kind=\"" + kind + "\"}"))
                        .isPresent());
    }

    @Test
    void everyAlertIsExplained() throws IOException {
        List<String> alerts = Pattern.compile("alert: (\\w+)")
                .matcher(Files.readString(MONITORING.resolve("alerts.yml")))
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(alerts).hasSizeGreaterThan(10);
        String page = Files.readString(Path.of("../docs/operate/monitor.md"));
        assertThat(alerts).allSatisfy(alert -> assertThat(page).contains("| `" + alert + "` |"));
        String tests = Files.readString(ALERT_TESTS);
        assertThat(alerts).allSatisfy(alert -> assertThat(tests).contains(alert));
    }

    @Test
    void prometheusOwnToolFindsNothingWrong() throws Exception {
        assumeThat(promtool(List.of("--version"), ""))
                .as("promtool is installed")
                .isPresent();
        assertThat(promtool(
                        List.of(
                                "check",
                                "rules",
                                MONITORING.resolve("alerts.yml").toString()),
                        ""))
                .hasValueSatisfying(said -> assertThat(said).contains("SUCCESS"));
        assertThat(promtool(List.of("test", "rules", ALERT_TESTS.toString()), ""))
                .hasValueSatisfying(said -> assertThat(said).contains("SUCCESS"));
        for (Scrape scrape : scrapes()) {
            assertThat(promtool(List.of("check", "metrics"), scrape.text()))
                    .hasValueSatisfying(said -> assertThat(said.lines().filter(line -> line.startsWith("trivet_")))
                            .isEmpty());
        }
    }

    /** What it said; empty where it is not installed. */
    private static Optional<String> promtool(List<String> words, String input) throws Exception {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(words);
        Path given = Files.writeString(base.resolve("given"), input);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(given.toFile())
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            process.waitFor();
            return Optional.of(said);
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    @Test
    void readinessFollowsTheMajorityAndLifeDoesNot(@TempDir Path own) throws IOException {
        try (LocalCluster three = LocalCluster.withHttp(own, 3, CHUNK_SIZE)) {
            three.awaitHttp();
            Address http = three.http(new NodeId(0));
            assertThat(Scrape.get(http, "/health/ready").statusCode()).isEqualTo(200);
            assertThat(Scrape.get(http, "/health/ready").body()).isEqualTo("{\"node\":\"n0\",\"ready\":true}\n");
            three.stop(new NodeId(1));
            three.stop(new NodeId(2));
            LocalCluster.await(
                    "n0 is not ready", () -> Scrape.get(http, "/health/ready").statusCode() == 503);
            assertThat(Scrape.get(http, "/health/ready").body())
                    .startsWith("{\"node\":\"n0\",\"ready\":false,\"reason\":\"no leader was heard ");
            assertThat(Scrape.get(http, "/health/live").statusCode()).isEqualTo(200);
            Scrape alone = Scrape.of(http);
            assertThat(alone.value("trivet_ready")).isZero();
            assertThat(alone.find("trivet_cluster_replicas_owed")).isEmpty();
            three.restart(new NodeId(1));
            LocalCluster.await(
                    "n0 is ready again", () -> Scrape.get(http, "/health/ready").statusCode() == 200);
        }
    }

    @Test
    void aPortThatIsTakenDoesNotKeepTheNodeFromServing(@TempDir Path own) throws IOException {
        Address http = LocalCluster.freeAddress();
        ServerSocket taken = new ServerSocket(http.port(), 1, InetAddress.getLoopbackAddress());
        try (taken;
                LocalCluster one = LocalCluster.withHttp(own, 1, CHUNK_SIZE, Map.of(new NodeId(0), http));
                TrivetClient user = one.client()) {
            user.save(file("taken", 1000), RemotePath.parse("/taken"), Progress.NONE);
            taken.close();
            LocalCluster.await("it listens when it can", () -> answers(http));
            assertThat(Scrape.of(http).value("trivet_ready")).isEqualTo(1);
        }
        assertThat(answers(http)).isFalse();
    }

    private static boolean answers(Address http) {
        try (java.net.Socket socket = new java.net.Socket()) {
            socket.connect(new InetSocketAddress(http.host(), http.port()), 1000);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    @Test
    void beyondLoopbackThereIsTlsAndNothingElse(@TempDir Path own) throws Exception {
        Optional<String> outer = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof java.net.Inet4Address && !address.isLoopbackAddress())
                .map(InetAddress::getHostAddress)
                .findFirst();
        assumeThat(outer).as("this machine has an address beyond loopback").isPresent();
        Address http = new Address(outer.get(), LocalCluster.freeAddress().port());
        AtomicInteger shown = new AtomicInteger();
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustingAll(shown::incrementAndGet)}, null);
        try (LocalCluster one = LocalCluster.withHttp(own, 1, CHUNK_SIZE, Map.of(new NodeId(0), http));
                HttpClient https = HttpClient.newBuilder().sslContext(context).build()) {
            one.awaitHttp();
            HttpResponse<String> answer = https.send(
                    HttpRequest.newBuilder(URI.create("https://" + http + "/health/ready"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
            assertThat(shown).hasPositiveValue();
            assertThatThrownBy(() -> Scrape.get(http, "/metrics")).isInstanceOf(java.io.UncheckedIOException.class);
        }
    }
}
