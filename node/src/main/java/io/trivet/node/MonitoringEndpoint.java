package io.trivet.node;

import io.trivet.model.Address;
import io.trivet.node.http.HttpListener;
import io.trivet.node.metrics.ClusterMetrics;
import io.trivet.node.metrics.ConnectionMetrics;
import io.trivet.node.metrics.MetricSource;
import io.trivet.node.metrics.NodeMetrics;
import io.trivet.node.metrics.NodeStateMetrics;
import io.trivet.node.metrics.QuorumMetrics;
import io.trivet.node.metrics.RepairMetrics;
import io.trivet.node.metrics.StorageMetrics;
import io.trivet.repair.Sweeper;
import java.util.List;

/** Connects the parts of a node to what HTTP shows of them: metrics and health. */
final class MonitoringEndpoint {
    private MonitoringEndpoint() {}

    /** The listener, which does not listen yet. */
    static HttpListener of(NodeParts parts, Address where, Sweeper sweeper) {
        NodeHealth health = new NodeHealth(
                parts.self,
                parts.heartbeatSender,
                parts.cluster,
                parts.clock,
                parts.keys.credentials(),
                parts.keys.tokenKeys(),
                parts.storage.store(),
                parts.requests.work());
        return new HttpListener(
                parts.self,
                where,
                parts.keys.credentials().transportSecurity(),
                new NodeMetrics(sources(parts, sweeper, health)),
                health);
    }

    private static List<MetricSource> sources(NodeParts parts, Sweeper sweeper, NodeHealth health) {
        return List.of(
                new StorageMetrics(parts.storage.store(), parts.storage.digests(), parts.storage.lossEpoch()),
                new RepairMetrics(parts.repair, parts.scrubber, sweeper),
                new QuorumMetrics(parts.raftMember),
                new ClusterMetrics(
                        parts.raftMember, parts.leader.heartbeats(), parts.leader.debts(), parts.leader.sessions()),
                new ConnectionMetrics(
                        parts.acceptor,
                        parts.connector,
                        () -> parts.requests.work().running()),
                parts.requests.metrics(),
                new NodeStateMetrics(
                        parts.self,
                        parts.identity.get().cluster(),
                        () -> health.notReady().isEmpty(),
                        parts.clock,
                        parts.keys.credentials().certificate()));
    }
}
