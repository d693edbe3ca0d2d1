package io.trivet.node.metrics;

import io.trivet.authority.NodeCertificate;
import io.trivet.model.ClusterId;
import io.trivet.model.NodeId;
import io.trivet.node.cluster.ClusterClock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The node as a whole. {@code ready}: as {@code /health/ready} says it. */
public record NodeStateMetrics(
        NodeId self,
        ClusterId cluster,
        BooleanSupplier ready,
        ClusterClock clock,
        Optional<NodeCertificate> certificate)
        implements MetricSource {
    private static final double MS = 1e3;

    @Override
    public void read(Metrics into) {
        into.gauge(
                "trivet_node",
                "1: the node that this is, and its cluster.",
                1,
                "node",
                self.toString(),
                "cluster",
                cluster.toString());
        into.gauge("trivet_ready", "Whether the node serves chunks and heard a leader lately.", ready.getAsBoolean());
        into.gauge(
                "trivet_clock_ahead_seconds",
                "By how much the clock of this machine is before the cluster's time.",
                clock.isAgreed() ? (clock.machineMs() - clock.millis()) / MS : 0);
        certificate.ifPresent(own -> {
            into.gauge(
                    "trivet_certificate_expiry_timestamp_seconds",
                    "When the node's certificate ends.",
                    own.until().getEpochSecond());
            into.gauge(
                    "trivet_certificate_life_seconds",
                    "For how long the certificate was made; the node renews it when a third of that is left.",
                    Duration.between(own.from(), own.until()).toSeconds());
        });
    }
}
