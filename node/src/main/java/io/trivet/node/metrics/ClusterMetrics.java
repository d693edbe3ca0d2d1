package io.trivet.node.metrics;

import io.trivet.model.AdminState;
import io.trivet.model.ClusterView;
import io.trivet.model.Debt;
import io.trivet.model.Node;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.node.leader.DebtLedger;
import io.trivet.node.leader.HeartbeatMonitor;
import io.trivet.node.leader.SessionLeases;
import io.trivet.node.raft.RaftMember;
import io.trivet.wire.protocol.Reply;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The whole cluster, as its leader sees it; nothing from other nodes. Only a node that still leads
 * may say what is owed, so a majority is asked first, which takes as long as an election at most.
 */
public record ClusterMetrics(
        RaftMember raftMember, HeartbeatMonitor heartbeatMonitor, DebtLedger ledger, SessionLeases sessions)
        implements MetricSource {
    @Override
    public void read(Metrics into) {
        if (raftMember.leads() && raftMember.ask(new Query.View()) instanceof QueryResult.View(ClusterView view)) {
            nodes(into, view);
            debt(into, ledger.debt(view, heartbeatMonitor.witnesses(view), Instant.now()));
            into.gauge("trivet_sessions", "Sessions of clients that are open.", sessions.count());
        }
    }

    private void nodes(Metrics into, ClusterView view) {
        Map<String, Integer> counts = new TreeMap<>(Map.of("up", 0, "down", 0, "drained", 0));
        List<Reply.NodeState> states = heartbeatMonitor.states(view, _ -> 0);
        for (Reply.NodeState state : states) {
            view.node(state.node())
                    .filter(Node::isMember)
                    .ifPresent(node -> counts.merge(
                            node.nodeShare().adminState() == AdminState.DRAINED
                                    ? "drained"
                                    : state.reachable() ? "up" : "down",
                            1,
                            Integer::sum));
        }
        counts.forEach((state, count) -> into.gauge(
                "trivet_cluster_nodes",
                "Nodes of the cluster by state, as the leader sees them.",
                count,
                "state",
                state));
        into.gauge(
                "trivet_cluster_replicas",
                "How many replicas every chunk gets.",
                view.layouts().isEmpty() ? 0 : view.layout().replicas());
        into.gauge(
                "trivet_cluster_layouts",
                "Layouts in force: more than one while chunks move from one to the next.",
                view.layouts().size());
    }

    private static void debt(Metrics into, Debt debt) {
        into.gauge(
                "trivet_cluster_replicas_owed",
                "Replicas that are not where they should be; a lower bound unless trivet_cluster_owed_checked is 1.",
                debt.owed());
        into.gauge("trivet_cluster_replica_bytes_owed", "Bytes of those replicas.", debt.bytes());
        into.gauge("trivet_cluster_owed_oldest_seconds", "How long the oldest of them is owed.", debt.oldestSeconds());
        into.gauge(
                "trivet_cluster_owed_checked",
                "Whether all nodes have compared all their chunks since the last change of the cluster.",
                debt.checked());
        into.gauge(
                "trivet_cluster_chunks_missing",
                "Chunks of files of which no node has a replica, as the last census found.",
                debt.missing());
        into.gauge(
                "trivet_cluster_conflicts",
                "Chunks of which nodes hold different bytes: a person must look.",
                debt.conflicts());
        into.gauge(
                "trivet_cluster_replicas_surplus",
                "Replicas that nodes hold for others and will hand back.",
                debt.surplus());
    }
}
