package io.trivet.node.metrics;

import io.trivet.wire.Acceptor;
import io.trivet.wire.Connector;
import io.trivet.wire.WireTraffic;
import java.util.function.IntSupplier;

/**
 * The node's port.
 *
 * @param running how many requests are being answered, those of the quorum and heartbeats left out
 */
public record ConnectionMetrics(Acceptor acceptor, Connector connector, IntSupplier running) implements MetricSource {
    @Override
    public void read(Metrics into) {
        into.gauge("trivet_connections", "Connections that are open to this node.", acceptor.openConnections());
        into.gauge("trivet_requests_running", "Requests that are being answered.", running.getAsInt());
        add(into, "accepted", acceptor.traffic());
        add(into, "made", connector.traffic());
    }

    private static void add(Metrics into, String side, WireTraffic traffic) {
        String help = "Bytes on connections that others made to this node (accepted), and that it made to other nodes"
                + " (made).";
        into.counter("trivet_wire_bytes_total", help, traffic.receivedBytes(), "side", side, "direction", "in");
        into.counter("trivet_wire_bytes_total", help, traffic.sentBytes(), "side", side, "direction", "out");
    }
}
