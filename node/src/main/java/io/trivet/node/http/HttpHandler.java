package io.trivet.node.http;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.trivet.model.NodeId;
import io.trivet.node.metrics.NodeMetrics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Answers {@code /metrics}, {@code /health/live} and {@code /health/ready}, and nothing else. */
final class HttpHandler extends Handler.Abstract {
    private static final int FIRST_BYTES = 64 << 10;

    private final NodeId self;
    private final NodeMetrics metrics;
    private final Health health;
    private final ExpositionFormatWriter openMetrics =
            OpenMetricsTextFormatWriter.builder().build();
    private final ExpositionFormatWriter prometheus =
            PrometheusTextFormatWriter.builder().build();

    HttpHandler(NodeId self, NodeMetrics metrics, Health health) {
        this.self = self;
        this.metrics = metrics;
        this.health = health;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws IOException {
        @Nullable String path = request.getHttpURI().getPath();
        if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
            response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
            text(response, callback, HttpStatus.METHOD_NOT_ALLOWED_405, "only GET and HEAD\n");
            return true;
        }
        switch (path) {
            case "/metrics" -> metrics(request, response, callback);
            case "/health/live" -> {
                Optional<String> trouble =
                        health.lives() ? Optional.empty() : Optional.of("its heartbeat has not gone on for a minute");
                health(response, callback, "live", trouble);
            }
            case "/health/ready" -> health(response, callback, "ready", health.notReady());
            case null, default ->
                text(
                        response,
                        callback,
                        HttpStatus.NOT_FOUND_404,
                        "here are /metrics, /health/live and /health/ready\n");
        }
        return true;
    }

    private void metrics(Request request, Response response, Callback callback) throws IOException {
        Optional<MetricSnapshots> scraped = metrics.scrape();
        if (scraped.isEmpty()) {
            text(response, callback, HttpStatus.SERVICE_UNAVAILABLE_503, "another scrape hangs\n");
            return;
        }
        @Nullable String accepted = request.getHeaders().get(HttpHeader.ACCEPT);
        ExpositionFormatWriter writer =
                accepted != null && accepted.contains("application/openmetrics-text") ? openMetrics : prometheus;
        ByteArrayOutputStream out = new ByteArrayOutputStream(FIRST_BYTES);
        writer.write(out, scraped.get(), EscapingScheme.UNDERSCORE_ESCAPING);
        send(response, callback, HttpStatus.OK_200, writer.getContentType(), out.toByteArray());
    }

    /** No reason has anything in it that JSON would have to escape: see {@link Health#notReady}. */
    private void health(Response response, Callback callback, String question, Optional<String> trouble) {
        String body = trouble.map(reason ->
                        "{\"node\":\"%s\",\"%s\":false,\"reason\":\"%s\"}\n".formatted(self, question, reason))
                .orElse("{\"node\":\"%s\",\"%s\":true}\n".formatted(self, question));
        send(
                response,
                callback,
                trouble.isEmpty() ? HttpStatus.OK_200 : HttpStatus.SERVICE_UNAVAILABLE_503,
                "application/json",
                body.getBytes(StandardCharsets.UTF_8));
    }

    private static void text(Response response, Callback callback, int status, String text) {
        send(response, callback, status, "text/plain;charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    /** No thread waits for a caller who reads slowly. */
    static void send(Response response, Callback callback, int status, String type, byte[] body) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
    }
}
