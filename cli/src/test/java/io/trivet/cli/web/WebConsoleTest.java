package io.trivet.cli.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.cli.text.WrongUsage;
import io.trivet.client.ClientOptions;
import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.model.Address;
import io.trivet.model.NameEntry;
import io.trivet.model.RemotePath;
import io.trivet.wire.credentials.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The console over HTTP, before a real cluster. */
class WebConsoleTest {
    private static final String RIGHT_TO_LEFT = "evil\u202efdp.exe";

    @TempDir
    static Path base;

    private static TestPages cluster;
    private static TestPages.Browser browser;

    @BeforeAll
    static void begin() throws IOException {
        cluster = TestPages.start(base);
        browser = cluster.browser;
    }

    @AfterAll
    static void end() {
        cluster.close();
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static void is(int status, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    }

    private static void save(String path, byte[] content) throws IOException {
        cluster.client.save(new ByteArrayInputStream(content), RemotePath.parse(path), Progress.NONE);
    }

    private static TestPages.Browser another() {
        return new TestPages.Browser(cluster.pages);
    }

    // ---- Who is let in ----

    @Test
    void aLinkLogsInOnce() {
        String word = TestPages.Browser.word(cluster.pages.loginLink());
        is(200, another().login(word));
        is(401, another().login(word));
    }

    @Test
    void aLinkMadeByAnotherProcessOfThisUserLogsInOnce() throws IOException {
        String link = WebConsole.loginLink(base.resolve("state"), cluster.pages.address())
                .orElseThrow();
        is(200, another().login(TestPages.Browser.word(link)));
        is(401, another().login(TestPages.Browser.word(link)));
        assertThat(Files.getPosixFilePermissions(
                        base.resolve("state/console/" + cluster.pages.address().port() + ".key")))
                .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    }

    @Test
    void aWordThatThisConsoleDidNotMakeLogsNobodyIn() {
        String word = TestPages.Browser.word(cluster.pages.loginLink());
        byte[] changed = Base64.getUrlDecoder().decode(word);
        changed[7] ^= 1; // it would be valid for longer
        String foreign = new LoginLinks(LoginLinks.randomKey(), java.time.InstantSource.system()).word();
        for (String each : List.of(
                Base64.getUrlEncoder().withoutPadding().encodeToString(changed), foreign, "x", "", "%%%", "ü")) {
            is(401, another().login(each));
        }
        is(200, another().login(word));
    }

    @Test
    void nothingIsToldWithoutBothHalvesOfASession() {
        TestPages.Browser thief = another();
        is(401, thief.get("overview", Map.of()));
        thief.cookie = browser.cookie;
        is(401, thief.get("overview", Map.of()));
        thief.cookie = "";
        thief.key = browser.key;
        is(401, thief.get("overview", Map.of()));
        TestPages.Browser mixed = another();
        mixed.login();
        mixed.cookie = browser.cookie;
        is(401, mixed.get("overview", Map.of()));
        is(200, browser.get("overview", Map.of()));
    }

    @Test
    void afterLogoutWhatWasStolenOpensNothing() throws IOException {
        save("/logout/file", bytes(10));
        TestPages.Browser user = another();
        user.login();
        String ticket = user.post("ticket", Map.of("path", "/logout/file")).body();
        is(200, user.get("session", Map.of()));
        is(200, user.post("logout", Map.of()));
        is(401, user.get("session", Map.of()));
        is(401, user.post("mkdir", Map.of("path", "/logout/directory")));
        String address = ticket.replaceFirst(".*\"address\":\"([^\"]*)\".*", "$1");
        assertThat(user.fetch(address).statusCode()).isEqualTo(404);
        is(200, browser.get("session", Map.of()));
    }

    @Test
    void theCookieIsForThisConsoleAlone() {
        HttpResponse<String> login = another().login(TestPages.Browser.word(cluster.pages.loginLink()));
        assertThat(login.headers().firstValue("set-cookie").orElseThrow())
                .startsWith("trivet-console-" + cluster.pages.address().port() + "=")
                .contains("HttpOnly")
                .contains("SameSite=Strict")
                .contains("Path=/")
                .doesNotContain("Domain");
    }

    // ---- Other sites ----

    @ParameterizedTest
    @CsvSource({
        "Origin, http://evil.example",
        "Origin, null",
        "Origin, http://127.0.0.1:1",
        "X-Nothing, at all",
    })
    void aChangeThatAnotherSiteAsksForIsRefused(String name, String value) {
        Map<String, String> headers = Map.of(name, value, "Cookie", browser.cookie, "X-Trivet-Key", browser.key);
        assertThat(browser.request("POST", "/api/mkdir", "path=/forged", headers)
                        .statusCode())
                .isEqualTo(403);
        assertThat(browser.request("PUT", "/api/upload?path=/forged", "x", headers)
                        .statusCode())
                .isEqualTo(403);
        assertThat(browser.get("exists", Map.of("path", "/forged")).body()).isEqualTo("{\"exists\":false}");
    }

    @Test
    void aChangeThatTheBrowserSaysIsOfAnotherSiteIsRefused() {
        Map<String, String> headers = Map.of(
                "Origin",
                browser.origin,
                "Sec-Fetch-Site",
                "cross-site",
                "Cookie",
                browser.cookie,
                "X-Trivet-Key",
                browser.key);
        assertThat(browser.request("POST", "/api/mkdir", "path=/forged", headers)
                        .statusCode())
                .isEqualTo(403);
    }

    /** Else a site could let its name mean this address, and its pages would be of one origin with these. */
    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "evil.example:7790", "127.0.0.1.evil.example", "localhost.evil.example:80"})
    void anotherNameOfTheHostIsRefused(String host) throws IOException {
        assertThat(raw("GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 421 ");
    }

    @Test
    void theNamesOfLoopbackAreServed() throws IOException {
        for (String host : List.of("localhost:9999", "127.0.0.1", "[::1]:1")) {
            assertThat(raw("GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 200 ");
        }
    }

    private static String raw(String request) throws IOException {
        Address address = cluster.pages.address();
        try (Socket socket = new Socket(address.host(), address.port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.setSoTimeout(20_000);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/console.js", "/console.css", "/api/overview", "/nowhere", "/download/x"})
    void everyAnswerHasTheHeadersThatKeepOthersOut(String address) {
        HttpResponse<byte[]> answer = browser.request("GET", address, "", Map.of());
        Map<String, List<String>> headers = answer.headers().map();
        assertThat(headers.get("content-security-policy").toString())
                .contains("default-src 'none'")
                .contains("frame-ancestors 'none'")
                .contains("base-uri 'none'")
                .contains("require-trusted-types-for 'script'")
                .doesNotContain("unsafe");
        assertThat(headers.get("x-frame-options")).containsExactly("DENY");
        assertThat(headers.get("x-content-type-options")).containsExactly("nosniff");
        assertThat(headers.get("referrer-policy")).containsExactly("no-referrer");
        assertThat(headers.get("cross-origin-resource-policy")).containsExactly("same-origin");
        assertThat(headers.get("cache-control")).containsExactly("no-store");
        assertThat(headers).doesNotContainKeys("access-control-allow-origin", "server");
    }

    @Test
    void itListensOnLoopbackOnly() {
        assertThatThrownBy(() -> WebConsole.start(
                        Optional.of(new Address("0.0.0.0", 7790)), cluster.client, "admin", Optional.empty()))
                .isInstanceOf(WrongUsage.class)
                .hasMessageContaining("loopback");
    }

    // ---- Files ----

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 300_000, 5 * TestPages.CHUNK + 77})
    void whatIsUploadedComesBackTheSame(int length) {
        byte[] content = bytes(length);
        String path = "/both ways/ü & 100 %/" + length;
        is(200, browser.put(path, content, false));
        HttpResponse<byte[]> back = browser.download(path);
        assertThat(back.statusCode()).isEqualTo(200);
        assertThat(back.body()).isEqualTo(content);
        assertThat(back.headers().firstValue("content-type")).contains("application/octet-stream");
        assertThat(back.headers().firstValue("content-disposition").orElseThrow())
                .isEqualTo("attachment; filename*=UTF-8''" + length);
        assertThat(back.headers().firstValue("content-security-policy").orElseThrow())
                .contains("sandbox");
        HttpResponse<String> file = browser.get("file", Map.of("path", path));
        is(200, file);
        assertThat(file.body()).contains("\"size\":" + length, "\"replicas\":2", "\"sha256\":\"");
    }

    @Test
    void anUploadReplacesOnlyWhenAsked() {
        is(200, browser.put("/replace/file", bytes(100), false));
        is(409, browser.put("/replace/file", bytes(200), false));
        assertThat(browser.download("/replace/file").body()).isEqualTo(bytes(100));
        is(200, browser.put("/replace/file", bytes(200), true));
        assertThat(browser.download("/replace/file").body()).isEqualTo(bytes(200));
    }

    @Test
    void anUploadThatBreaksOffLeavesNothing() throws IOException {
        Address address = cluster.pages.address();
        try (Socket socket = new Socket(address.host(), address.port())) {
            socket.getOutputStream()
                    .write(("PUT /api/upload?path=/broken/off HTTP/1.1\r\nHost: " + address + "\r\nOrigin: "
                                    + browser.origin + "\r\nCookie: " + browser.cookie + "\r\nX-Trivet-Key: "
                                    + browser.key + "\r\nContent-Length: 3000000\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(bytes(2_000_000));
            socket.shutdownOutput();
            socket.setSoTimeout(30_000);
            InputStream answer = socket.getInputStream();
            assertThat(new String(answer.readAllBytes(), StandardCharsets.UTF_8))
                    .doesNotContain(" 200 ");
        }
        assertThat(browser.get("exists", Map.of("path", "/broken/off")).body()).isEqualTo("{\"exists\":false}");
        is(200, browser.put("/broken/off", bytes(10), false));
    }

    @Test
    void anUploadSaysHowLongItIs() throws IOException {
        assertThat(raw("PUT /api/upload?path=/endless HTTP/1.1\r\nHost: " + cluster.pages.address() + "\r\nOrigin: "
                        + browser.origin + "\r\nCookie: " + browser.cookie + "\r\nX-Trivet-Key: " + browser.key
                        + "\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n1\r\nx\r\n0\r\n\r\n"))
                .startsWith("HTTP/1.1 411 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "relative", "/a/../b", "/..", "/.", "/a/./b", "/nul\0", "../../etc/passwd"})
    void aPathThatIsATrickIsRefused(String path) {
        is(400, browser.get("list", Map.of("path", path)));
        is(400, browser.put(path, bytes(1), true));
        is(400, browser.post("remove", Map.of("path", path)));
        is(400, browser.post("ticket", Map.of("path", path)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"path=%ff", "path=%C0%AF", "path=/a&path=/b", "path=%", "path=%g0", "path=%-1", "x=1"})
    void parametersThatMeanTwoThingsAreRefused(String query) {
        for (String method : List.of("GET", "POST")) {
            String name = method.equals("GET") ? "/api/list?" + query : "/api/mkdir";
            Map<String, String> headers =
                    Map.of("Origin", browser.origin, "Cookie", browser.cookie, "X-Trivet-Key", browser.key);
            try {
                assertThat(browser.request(method, name, query, headers).statusCode())
                        .isEqualTo(400);
            } catch (IllegalArgumentException _) {
                assertThat(method).isEqualTo("GET"); // this client cannot send such an address
            }
        }
    }

    @Test
    void aFormThatIsTooLongIsRefused() {
        is(413, browser.post("mkdir", Map.of("path", "/" + "x".repeat(70_000))));
    }

    @Test
    void namesOfEveryKindAreData() throws IOException {
        List<String> names = List.of(
                "<script>alert(1)<",
                "\"><img src=x onerror=alert(1)>",
                RIGHT_TO_LEFT,
                "line\r\nSet-Cookie: a=b",
                "x".repeat(255),
                "'; drop",
                "a&b=c+d%2f",
                "\\..\\..\\x",
                "é\u0301文件😀");
        for (String name : names) {
            save("/names/" + name, name.getBytes(StandardCharsets.UTF_8));
        }
        HttpResponse<String> listed = browser.get("list", Map.of("path", "/names"));
        is(200, listed);
        for (String name : names) {
            assertThat(listed.body()).contains("\"name\":" + io.trivet.cli.text.Json.text(name));
            HttpResponse<byte[]> back = browser.download("/names/" + name);
            assertThat(new String(back.body(), StandardCharsets.UTF_8)).isEqualTo(name);
            assertThat(back.headers().firstValue("content-disposition").orElseThrow())
                    .matches("attachment; filename\\*=UTF-8''[A-Za-z0-9._%-]+");
            assertThat(back.headers().map()).doesNotContainKey("set-cookie");
        }
        assertThat(listed.headers().firstValue("content-type")).contains("application/json");
        is(400, browser.put("/names/" + "x".repeat(256), bytes(1), false));
    }

    @Test
    void aTicketIsGoodOnceAndInItsSessionAlone() throws IOException {
        save("/ticket", bytes(10));
        String address = browser.post("ticket", Map.of("path", "/ticket"))
                .body()
                .replaceFirst(".*\"address\":\"([^\"]*)\".*", "$1");
        TestPages.Browser other = another();
        other.login();
        assertThat(other.fetch(address).statusCode()).isEqualTo(404);
        assertThat(browser.fetch(address).statusCode()).isEqualTo(404);
        address = browser.post("ticket", Map.of("path", "/ticket"))
                .body()
                .replaceFirst(".*\"address\":\"([^\"]*)\".*", "$1");
        assertThat(browser.fetch(address).statusCode()).isEqualTo(200);
        assertThat(browser.fetch(address).statusCode()).isEqualTo(404);
    }

    @Test
    void textAndPicturesAreShownAndNothingElse() throws IOException {
        byte[] picture = ("\u0089PNG\r\n\u001a\n" + "rest of it").getBytes(StandardCharsets.ISO_8859_1);
        save("/shown/picture.png", picture);
        save("/shown/page.png", "<html><script>alert(1)</script>".getBytes(StandardCharsets.UTF_8));
        save("/shown/text", "Käse\n".repeat(60_000).getBytes(StandardCharsets.UTF_8));
        save("/shown/short", "<b>x</b>".getBytes(StandardCharsets.UTF_8));
        save("/shown/bytes", bytes(1000));
        HttpResponse<byte[]> shown = browser.picture("/shown/picture.png");
        assertThat(shown.body()).isEqualTo(picture);
        assertThat(shown.headers().firstValue("content-type")).contains("application/octet-stream");
        assertThat(shown.headers().firstValue("x-trivet-picture")).contains("image/png");
        assertThat(browser.picture("/shown/page.png").statusCode()).isEqualTo(415);
        assertThat(browser.get("text", Map.of("path", "/shown/short")).body())
                .isEqualTo("{\"text\":\"<b>x</b>\",\"isWhole\":true}");
        assertThat(browser.get("text", Map.of("path", "/shown/text")).body())
                .contains("Käse")
                .endsWith("\"isWhole\":false}");
        assertThat(browser.get("text", Map.of("path", "/shown/bytes")).body()).startsWith("{\"text\":null");
    }

    @Test
    void aDirectoryIsListedPageByPage() throws IOException {
        for (int number = 0; number < FileAnswers.PAGE + 20; number++) {
            cluster.client.makeDirectory(RemotePath.parse("/many/%04d".formatted(number)));
        }
        HttpResponse<String> first = browser.get("list", Map.of("path", "/many"));
        assertThat(first.body()).endsWith("\"next\":\"0499\"}");
        assertThat(browser.get("list", Map.of("path", "/many", "after", "0499")).body())
                .contains("\"0500\"", "\"0519\"")
                .endsWith("\"next\":null}");
    }

    @Test
    void whatIsRemovedComesBackFromTheTrash() throws IOException {
        save("/trash/one", bytes(1234));
        is(200, browser.post("remove", Map.of("path", "/trash/one")));
        is(404, browser.get("file", Map.of("path", "/trash/one")));
        String trash = browser.get("trash", Map.of()).body();
        String id = trash.replaceFirst(".*\"id\":\"([^\"]*)\",\"path\":\"/trash/one\".*", "$1");
        save("/trash/taken", bytes(1));
        is(409, browser.post("restore", Map.of("id", id, "path", "/trash/taken")));
        is(200, browser.post("restore", Map.of("id", id, "path", "/trash/again")));
        assertThat(browser.download("/trash/again").body()).isEqualTo(bytes(1234));
        is(400, browser.post("restore", Map.of("id", "x", "path", "/trash/again")));
        assertThat(browser.get("activity", Map.of()).body()).contains("restored /trash/again", "removed /trash/one");
    }

    @Test
    void renamingNeverReplaces() throws IOException {
        save("/rename/a", bytes(1));
        save("/rename/b", bytes(2));
        is(409, browser.post("rename", Map.of("path", "/rename/a", "to", "/rename/b")));
        is(200, browser.post("rename", Map.of("path", "/rename/a", "to", "/rename/c")));
        assertThat(browser.download("/rename/c").body()).isEqualTo(bytes(1));
        assertThat(browser.download("/rename/b").body()).isEqualTo(bytes(2));
    }

    // ---- Users ----

    @Test
    void aGrantWorksAndAUserSeesNoMoreThanHeMay() throws IOException {
        Secret secret = Secret.random();
        cluster.client.users().add("guest", secret);
        save("/guests/file", bytes(7));
        save("/secret/file", bytes(7));
        try (TrivetClient client = TrivetClient.connect(ClientOptions.of(cluster.profile.as("guest", secret.text())));
                WebConsole own = WebConsole.start(Optional.empty(), client, "guest", Optional.empty())) {
            TestPages.Browser guest = new TestPages.Browser(own);
            guest.login();
            is(403, guest.get("list", Map.of("path", "/guests")));
            is(200, browser.post("grant", Map.of("name", "guest", "path", "/guests", "rights", "read list")));
            assertThat(browser.get("users", Map.of()).body())
                    .contains(
                            "\"accessKey\":\"guest\",\"grants\":[{\"path\":\"/guests\",\"rights\":[\"read\",\"list\"]}]");
            is(200, guest.get("list", Map.of("path", "/guests")));
            assertThat(guest.download("/guests/file").body()).isEqualTo(bytes(7));
            is(403, guest.put("/guests/new", bytes(1), false));
            is(403, guest.get("list", Map.of("path", "/secret")));
            is(403, guest.get("users", Map.of()));
            is(403, guest.post("grant", Map.of("name", "guest", "path", "/", "rights", "administer")));
            is(200, browser.post("grant", Map.of("name", "guest", "path", "/guests", "rights", "")));
            is(403, guest.get("list", Map.of("path", "/guests")));
        }
        is(400, browser.post("grant", Map.of("name", "guest", "path", "/", "rights", "fly")));
        is(404, browser.post("grant", Map.of("name", "nobody", "path", "/", "rights", "read")));
    }

    // ---- The rest ----

    @Test
    void sentencesAreInTheLanguageThatThePageAsksFor() {
        HttpResponse<byte[]> answer = browser.request(
                "GET",
                "/api/overview",
                "",
                Map.of("Cookie", browser.cookie, "X-Trivet-Key", browser.key, "X-Trivet-Language", "zh"));
        assertThat(new String(answer.body(), StandardCharsets.UTF_8))
                .containsPattern("\"headline\":\"[^\"]*\\p{IsHan}");
        assertThat(browser.get("overview", Map.of()).body()).doesNotContainPattern("\"headline\":\"[^\"]*\\p{IsHan}");
    }

    @Test
    void thePlanOfADrainIsShownAndAppliedOnlyAsItWasShown() {
        HttpResponse<String> plan = browser.get("plan", Map.of("node", "n2", "wish", "drain"));
        is(200, plan);
        assertThat(plan.body()).contains("\"slotsNow\":", "\"applied\":false", "\"lines\":[");
        is(409, browser.post("apply", Map.of("node", "n2", "wish", "drain", "layout", "1000000")));
        assertThat(browser.get("layout", Map.of()).body()).contains("\"homes\":[[\"n");
        is(400, browser.get("plan", Map.of("node", "n2", "wish", "explode")));
        is(400, browser.get("plan", Map.of("node", "everything", "wish", "drain")));
    }

    @Test
    void aThousandConnectionsThatSayNothingKeepNobodyOut() throws IOException {
        List<Socket> idle = new ArrayList<>();
        Address address = cluster.pages.address();
        try {
            for (int number = 0; number < 1000; number++) {
                idle.add(new Socket(address.host(), address.port()));
                if (number % 100 == 99) {
                    is(200, another().login(TestPages.Browser.word(cluster.pages.loginLink())));
                }
            }
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    @Test
    void filesOfTheListHaveTheRecordsOfTheCluster() throws IOException {
        save("/record/file", bytes(99));
        NameEntry.File file = (NameEntry.File) cluster.client.stat(RemotePath.parse("/record/file"));
        assertThat(browser.get("file", Map.of("path", "/record/file")).body())
                .contains("\"id\":\"" + file.record().id() + "\"")
                .contains("\"sha256\":\"" + file.record().sha256() + "\"");
        is(409, browser.get("file", Map.of("path", "/record")));
        is(404, browser.get("nowhere", Map.of()));
        is(404, browser.post("overview", Map.of()));
    }
}
