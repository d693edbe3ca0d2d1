package io.trivet.gateway;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.ConnectionStatistics;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers {@code /metrics} in Prometheus' text format, and nothing else. */
final class MetricsHandler extends Handler.Abstract {
    private final RequestCounts requests;
    private final ConnectionStatistics connections;
    private final ExpositionFormatWriter writer =
            PrometheusTextFormatWriter.builder().build();

    /** @param connections of the port of S3 */
    MetricsHandler(RequestCounts requests, ConnectionStatistics connections) {
        this.requests = requests;
        this.connections = connections;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws IOException {
        if (!"/metrics".equals(request.getHttpURI().getPath())) {
            send(
                    response,
                    callback,
                    HttpStatus.NOT_FOUND_404,
                    "text/plain",
                    "here is /metrics\n".getBytes(StandardCharsets.UTF_8));
            return true;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.write(out, new MetricSnapshots(snapshots()), EscapingScheme.UNDERSCORE_ESCAPING);
        send(response, callback, HttpStatus.OK_200, writer.getContentType(), out.toByteArray());
        return true;
    }

    private List<MetricSnapshot> snapshots() {
        List<MetricSnapshot> all = new ArrayList<>(requests.snapshots());
        all.add(GaugeSnapshot.builder()
                .name("trivet_s3_connections")
                .help("Connections that are open to the port of S3.")
                .dataPoint(new GaugeDataPointSnapshot(connections.getConnections(), Labels.EMPTY, null))
                .build());
        all.add(CounterSnapshot.builder()
                .name("trivet_s3_bytes")
                .help("Bytes on connections to the port of S3, with headers: of a connection, when it has ended.")
                .dataPoint(bytes(connections.getReceivedBytes(), "in"))
                .dataPoint(bytes(connections.getSentBytes(), "out"))
                .build());
        return all;
    }

    private static CounterDataPointSnapshot bytes(long count, String direction) {
        return new CounterDataPointSnapshot(count, Labels.of("direction", direction), null, 0);
    }

    private static void send(Response response, Callback callback, int status, String type, byte[] body) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
    }
}
