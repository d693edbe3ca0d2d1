package io.trivet.node;

import io.trivet.model.ClusterView;
import io.trivet.model.NodeId;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.TrivetException;
import io.trivet.namespace.Namespace;
import io.trivet.node.access.RequestSecurity;
import io.trivet.node.cluster.ClusterClock;
import io.trivet.node.cluster.KnownCluster;
import io.trivet.node.leader.LeaderState;
import io.trivet.node.raft.RaftMember;
import io.trivet.wire.Connection;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests about the cluster as a whole: its view, its nodes, what repair owes. Any thread.
 */
final class ClusterRequests {
    private final NodeId self;
    private final RaftMember raftMember;
    private final KnownCluster cluster;
    private final LeaderState leader;
    private final ClusterClock clock;
    private final RequestSecurity requestSecurity;

    ClusterRequests(
            NodeId self,
            RaftMember raftMember,
            KnownCluster cluster,
            LeaderState leader,
            ClusterClock clock,
            RequestSecurity requestSecurity) {
        this.self = self;
        this.raftMember = raftMember;
        this.cluster = cluster;
        this.leader = leader;
        this.clock = clock;
        this.requestSecurity = requestSecurity;
    }

    Reply view() {
        return viewFor(0, true);
    }

    Reply heard(Request.Heartbeat beat) {
        cluster.heard(new Reply.Moved(beat.node(), beat.address(), beat.addressVersion()));
        if (raftMember.leads()) {
            leader.heartbeats().heardOnce(beat);
            clock.heard(beat.node(), beat.clockMs());
            ownView().ifPresent(view -> clock.agree(self, view));
        }
        return withMoved(viewFor(beat.viewVersion(), false), beat.viewVersion());
    }

    /** Addresses of moved nodes; none if this node's view is older than the caller's. */
    private Reply.ViewOf withMoved(Reply.ViewOf view, long versionKnown) {
        List<Reply.Moved> moved = cluster.version() >= versionKnown ? cluster.moved() : List.of();
        return new Reply.ViewOf(
                view.node(), view.view(), view.leader(), view.states(), view.event(), view.timeMs(), moved, true);
    }

    /**
     * The view, or none if the caller's is as new. The states of the nodes, which only the leader
     * knows, are included only on request: in the answer to every heartbeat they would grow with
     * the square of the number of nodes.
     */
    private Reply.ViewOf viewFor(long versionKnown, boolean withStates) {
        Optional<ClusterView> view = raftMember.leads() ? ownView() : cluster.view();
        @Nullable
        ClusterView newer = view.filter(known -> known.version() > versionKnown).orElse(null);
        List<Reply.NodeState> states = withStates && raftMember.leads()
                ? view.map(known -> leader.heartbeats().states(known, clock::clockAheadMs))
                        .orElse(List.of())
                : List.of();
        long event = raftMember.leads()
                ? view.map(known ->
                                leader.debts().event(known, leader.heartbeats().witnesses(known)))
                        .orElse(0L)
                : 0;
        long time = raftMember.leads() && clock.isAgreed() ? clock.millis() : 0;
        return new Reply.ViewOf(self, newer, raftMember.leader().orElse(null), states, event, time, List.of(), true);
    }

    private Optional<ClusterView> ownView() {
        Optional<Namespace> namespace = raftMember.namespace().current();
        return namespace.isPresent()
                        && namespace.get().answer(new Query.View()) instanceof QueryResult.View(ClusterView view)
                ? Optional.of(view)
                : Optional.empty();
    }

    Reply debt(Connection connection) {
        return confirmed(view -> new Reply.DebtOf(requestSecurity.visible(
                connection, leader.debts().debt(view, leader.heartbeats().witnesses(view), Instant.now()))));
    }

    Reply reports() {
        return confirmed(view -> new Reply.Reports(leader.heartbeats().reports(view)));
    }

    /**
     * Only the current leader may answer; the linearizable query confirms that this node still
     * leads.
     */
    private Reply confirmed(Function<ClusterView, Reply> answer) {
        return switch (raftMember.ask(new Query.View())) {
            case QueryResult.View(ClusterView view) -> answer.apply(view);
            case QueryResult.Refused(var refusal) -> throw new TrivetException(refusal);
            case QueryResult other -> throw new IllegalStateException("not a view: " + other);
        };
    }
}
