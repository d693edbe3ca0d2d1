package io.trivet.cli.web;

import io.trivet.cli.text.Json;
import io.trivet.cli.text.Language;
import io.trivet.cli.text.Text;
import io.trivet.model.RemotePath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;

/** One request and its answer. The parameters are those of the query, or of the body of a POST. One thread. */
final class WebRequest {
    /** In which language sentences of the answer are. */
    static final String LANGUAGE = "X-Trivet-Language";

    private static final int MAX_FORM = 64 << 10;

    private final Request request;
    private final Response response;
    private final Map<String, String> parameters;

    private WebRequest(Request request, Response response, Map<String, String> parameters) {
        this.request = request;
        this.response = response;
        this.parameters = parameters;
    }

    /** Reads the body of a POST. Throws {@link WebFailure} if it is too long or not a form. */
    static WebRequest of(Request request, Response response) throws IOException {
        String form = request.getMethod().equals("POST")
                ? form(request)
                : Optional.ofNullable(request.getHttpURI().getQuery()).orElse("");
        return new WebRequest(request, response, parse(form));
    }

    private static String form(Request request) throws IOException {
        try (InputStream body = Content.Source.asInputStream(request)) {
            byte[] bytes = body.readNBytes(MAX_FORM + 1);
            if (bytes.length > MAX_FORM) {
                throw new WebFailure(413, Text.of("the request is too long"));
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private static Map<String, String> parse(String form) {
        Map<String, String> parameters = new HashMap<>();
        for (String pair : form.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0
                    && parameters.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)))
                            != null) {
                throw new WebFailure(400, Text.of("the request is not well formed"));
            }
        }
        return parameters;
    }

    /** Refuses what is not UTF-8, so that no two texts mean one name. */
    private static String decoded(String text) {
        ByteBuffer bytes = ByteBuffer.allocate(text.length());
        try {
            for (int at = 0; at < text.length(); at++) {
                char c = text.charAt(at);
                if (c == '%') {
                    bytes.put((byte) HexFormat.fromHexDigits(text, at + 1, at + 3));
                    at += 2;
                } else {
                    bytes.put((byte) (c == '+' ? ' ' : c));
                }
                if (c >= 0x80) {
                    throw new NumberFormatException();
                }
            }
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (NumberFormatException | IndexOutOfBoundsException | CharacterCodingException _) {
            throw new WebFailure(400, Text.of("the request is not well formed"));
        }
    }

    /** Throws {@link WebFailure} if it is missing. */
    String parameter(String name) {
        return optional(name).orElseThrow(() -> new WebFailure(400, Text.of("{0} is missing", name)));
    }

    Optional<String> optional(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /** Throws {@code BAD_NAME} for what is not an absolute path. */
    RemotePath path() {
        return RemotePath.parse(parameter("path"));
    }

    Language language() {
        return language(request);
    }

    static Language language(Request request) {
        return Language.ofLocale(header(request, LANGUAGE));
    }

    /** Empty text if it is missing. */
    static String header(Request request, String name) {
        return Optional.ofNullable(request.getHeaders().get(name)).orElse("");
    }

    /** Throws {@link WebFailure} without one, since nothing is taken whose end is unknown. */
    long bodyLength() {
        long length = request.getLength();
        if (length < 0) {
            throw new WebFailure(411, Text.of("the request does not say how long it is"));
        }
        return length;
    }

    InputStream body() {
        return Content.Source.asInputStream(request);
    }

    void header(String name, String value) {
        response.getHeaders().put(name, value);
    }

    Response response() {
        return response;
    }

    /** Text of JSON as the answer. */
    static void answer(Response response, int status, String json) throws IOException {
        bytes(response, status, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    void answer(Json json) throws IOException {
        answer(response, 200, json.toString());
    }

    static void bytes(Response response, int status, String type, byte[] body) throws IOException {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        Content.Sink.write(response, true, ByteBuffer.wrap(body));
    }
}
