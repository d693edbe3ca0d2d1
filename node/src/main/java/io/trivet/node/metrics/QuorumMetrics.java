package io.trivet.node.metrics;

import io.trivet.node.raft.RaftMember;

/** This node's part in the quorum; nothing where it has none. */
public record QuorumMetrics(RaftMember raftMember) implements MetricSource {
    @Override
    public void read(Metrics into) {
        into.gauge(
                "trivet_quorum_leader",
                "Whether this node leads, as far as it knows; 0 of a node that is no master.",
                raftMember.leads());
        into.gauge(
                "trivet_quorum_member",
                "Whether this node has a part in the quorum.",
                raftMember.quorum().isPresent());
        raftMember.report().ifPresent(report -> {
            into.gauge("trivet_quorum_voters", "Masters whose logs count for a majority.", report.voters());
            into.gauge("trivet_quorum_term", "The term of the quorum; it rises with each election.", report.term());
            into.gauge("trivet_quorum_log_index", "The newest entry of this master's log.", report.lastIndex());
            into.gauge(
                    "trivet_quorum_committed_index",
                    "The newest entry that a majority has, as far as this master knows.",
                    report.committedIndex());
            into.gauge(
                    "trivet_quorum_apply_lag",
                    "Entries that are committed and not yet in this master's state.",
                    Math.max(0, report.committedIndex() - report.appliedIndex()));
            into.counter(
                    "trivet_quorum_leader_changes_total",
                    "How often this master heard of a new leader: elections.",
                    report.leaderChanges());
        });
    }
}
