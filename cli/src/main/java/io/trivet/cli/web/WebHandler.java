package io.trivet.cli.web;

import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.ExplainedFailure;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.TrivetClient;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import io.trivet.wire.protocol.RequestId;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the requests of pages. Before anything else it checks who asks: the name of the host, so
 * that no other site can be made to mean this one; the session; and for a change that the page which
 * asks is one of these.
 */
final class WebHandler extends Handler.Abstract {
    /** One half of a session; the other is a cookie. */
    static final String KEY = "X-Trivet-Key";

    private static final Logger LOG = LoggerFactory.getLogger(WebHandler.class);

    private static final String API = "/api/";
    private static final String DOWNLOAD = "/download/";
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "[::1]", "localhost");

    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self';"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
                    + " require-trusted-types-for 'script'",
            "X-Frame-Options",
            "DENY",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "no-referrer",
            "Cross-Origin-Opener-Policy",
            "same-origin",
            "Cross-Origin-Resource-Policy",
            "same-origin",
            "Permissions-Policy",
            "camera=(), microphone=(), geolocation=()",
            "Cache-Control",
            "no-store");

    /** Does what a request of a session asks, and answers. */
    @FunctionalInterface
    private interface Answer {
        void to(WebRequest request, Sessions.Session session) throws IOException;
    }

    @FunctionalInterface
    private interface JsonAnswer {
        Json to(WebRequest request) throws IOException;
    }

    private final String cookieName;
    private final String user;
    private final LoginLinks links;
    private final Sessions sessions = new Sessions(InstantSource.system());
    private final DownloadTickets tickets = new DownloadTickets(InstantSource.system());
    private final StaticFiles pages = new StaticFiles();
    private final FileAnswers files;

    /** By method and name. */
    private final Map<String, Answer> answers;

    /** {@code port}: cookies are shared by all ports of a host, so theirs have it in their name. */
    WebHandler(TrivetClient client, String user, int port, LoginLinks links) {
        this.cookieName = "trivet-console-" + port;
        this.user = user;
        this.links = links;
        ChangeLog log = new ChangeLog();
        ClusterAnswers cluster = new ClusterAnswers(client, new ClusterWatch(client), log);
        TrashAnswers trash = new TrashAnswers(client, log);
        UserAnswers users = new UserAnswers(client, log);
        this.files = new FileAnswers(client, log);
        this.answers = Map.ofEntries(
                json("GET session", _ -> new Json().put("user", user)),
                json("GET overview", cluster::overview),
                json("GET layout", cluster::layout),
                json("GET activity", cluster::activity),
                json("GET plan", cluster::plan),
                json("GET list", files::list),
                json("GET file", files::file),
                json("GET exists", files::exists),
                json("GET text", files::text),
                json("GET trash", trash::list),
                json("GET users", users::list),
                Map.entry("GET picture", (request, _) -> files.picture(request)),
                json("PUT upload", files::upload),
                json("POST mkdir", files::makeDirectory),
                json("POST remove", files::remove),
                json("POST rename", files::rename),
                json("POST restore", trash::restore),
                json("POST grant", users::grant),
                json("POST apply", cluster::apply),
                Map.entry("POST ticket", this::ticket),
                Map.entry("POST logout", this::logout));
    }

    private static Map.Entry<String, Answer> json(String name, JsonAnswer answer) {
        return Map.entry(name, (request, _) -> request.answer(answer.to(request)));
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        RequestId id = RequestId.random();
        try (RequestId.Scope _ = RequestId.within(id)) {
            HEADERS.forEach(response.getHeaders()::put);
            serve(request, response);
            callback.succeeded();
        } catch (Exception e) {
            fail(request, response, callback, id, e);
        }
        return true;
    }

    private void serve(Request request, Response response) throws IOException {
        requireLoopbackName(request);
        String path = Optional.ofNullable(request.getHttpURI().getPath()).orElse("/");
        if (path.startsWith(API)) {
            api(request, response, path.substring(API.length()));
        } else if (path.startsWith(DOWNLOAD) && request.getMethod().equals("GET")) {
            download(request, response, path.substring(DOWNLOAD.length()));
        } else if (request.getMethod().equals("GET") || request.getMethod().equals("HEAD")) {
            page(response, path);
        } else {
            throw new WebFailure(405, Text.of("this page can only be read"));
        }
    }

    /**
     * A site of somebody else can let its name mean this machine's loopback; then its pages would be
     * of one origin with these.
     */
    private static void requireLoopbackName(Request request) {
        String host = WebRequest.header(request, "Host").replaceFirst(":[0-9]{1,5}$", "");
        if (!LOOPBACK.contains(host)) {
            throw new WebFailure(421, Text.of("the console is reached at 127.0.0.1 or localhost only"));
        }
    }

    /** Browsers say which page makes a change; what says nothing is no browser's page. */
    private static void requireOwnPage(Request request) {
        String own = "http://" + WebRequest.header(request, "Host");
        String site = WebRequest.header(request, "Sec-Fetch-Site");
        if (!WebRequest.header(request, "Origin").equals(own) || !(site.isEmpty() || site.equals("same-origin"))) {
            throw new WebFailure(403, Text.of("the request is not from a page of this console"));
        }
    }

    private void page(Response response, String path) throws IOException {
        StaticFiles.File file = pages.at(path).orElseThrow(() -> new WebFailure(404, Text.of("there is no such page")));
        WebRequest.bytes(response, 200, file.type(), file.bytes());
    }

    private void api(Request request, Response response, String name) throws IOException {
        if (!request.getMethod().equals("GET")) {
            requireOwnPage(request);
        }
        if (name.equals("login") && request.getMethod().equals("POST")) {
            login(WebRequest.of(request, response));
            return;
        }
        Sessions.Session session = sessions.with(cookie(request), WebRequest.header(request, KEY))
                .orElseThrow(() -> new WebFailure(401, Text.of("not logged in, or the session has ended")));
        Answer answer = answers.get(request.getMethod() + " " + name);
        if (answer == null) {
            throw new WebFailure(404, Text.of("there is no such page"));
        }
        answer.to(WebRequest.of(request, response), session);
    }

    private void ticket(WebRequest request, Sessions.Session session) throws IOException {
        request.answer(new Json().put("address", DOWNLOAD + tickets.issue(session, request.path())));
    }

    private void login(WebRequest request) throws IOException {
        if (!links.redeem(request.parameter("word"))) {
            throw new WebFailure(
                    401, Text.of("this link was used already, or is too old: `trivet console --link` makes a new one"));
        }
        Sessions.Session session = sessions.begin();
        setCookie(request.response(), session.cookie(), -1);
        request.answer(new Json().put("key", session.key()).put("user", user));
    }

    private void logout(WebRequest request, Sessions.Session session) throws IOException {
        sessions.end(session);
        setCookie(request.response(), "", 0);
        request.answer(new Json().put("user", user));
    }

    private void setCookie(Response response, String value, long maxAge) {
        Response.addCookie(
                response,
                HttpCookie.build(cookieName, value)
                        .httpOnly(true)
                        .sameSite(HttpCookie.SameSite.STRICT)
                        .path("/")
                        .maxAge(maxAge)
                        .build());
    }

    private String cookie(Request request) {
        return Request.getCookies(request).stream()
                .filter(cookie -> cookie.getName().equals(cookieName))
                .map(HttpCookie::getValue)
                .findFirst()
                .orElse("");
    }

    private void download(Request request, Response response, String ticket) throws IOException {
        RemotePath path = sessions.withCookie(cookie(request))
                .flatMap(session -> tickets.redeem(session, ticket))
                .orElseThrow(() -> new WebFailure(404, Text.of("there is no such page")));
        files.download(WebRequest.of(request, response), path);
    }

    private static void fail(Request request, Response response, Callback callback, RequestId id, Exception e) {
        int status = status(e);
        if (status == 500) {
            LOG.warn("{} failed, request {}", request.getMethod(), id, e);
        }
        if (response.isCommitted() || e instanceof IOException) {
            callback.failed(e); // what was begun is cut off: nobody must take it for the whole
            return;
        }
        response.getHeaders().remove(HttpHeader.CONTENT_LENGTH);
        response.getHeaders().remove(HttpHeader.CONTENT_DISPOSITION);
        String message = ErrorMessage.about(e).in(WebRequest.language(request));
        Json error = new Json().put("kind", kind(e)).put("message", message);
        try {
            WebRequest.answer(response, status, new Json().put("error", error).toString());
            callback.succeeded();
        } catch (IOException gone) {
            callback.failed(gone);
        }
    }

    private static String kind(Exception e) {
        return e instanceof TrivetException refused ? refused.kind().name() : "REQUEST";
    }

    private static int status(Exception e) {
        return switch (e) {
            case WebFailure failure -> failure.status();
            case TrivetException refused -> status(refused.kind());
            case ExplainedFailure _ -> 400;
            case IOException _ -> 400;
            default -> 500;
        };
    }

    private static int status(Refusal.Kind kind) {
        return switch (kind) {
            case NO_SUCH_FILE, NO_SUCH_USER, NO_SUCH_GROUP -> 404;
            case BAD_NAME, BAD_REQUEST -> 400;
            case DENIED, FORBIDDEN, NOT_LOGGED_IN -> 403;
            case ALREADY_EXISTS,
                    IS_A_DIRECTORY,
                    NOT_A_DIRECTORY,
                    NOT_EMPTY,
                    CONDITION_FAILED,
                    QUOTA,
                    STALE,
                    OUTCOME_UNKNOWN -> 409;
            default -> kind.retryable() ? 503 : 500;
        };
    }
}
