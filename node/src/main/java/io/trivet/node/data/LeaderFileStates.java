package io.trivet.node.data;

import io.trivet.model.FileId;
import io.trivet.model.NodeId;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.node.cluster.KnownCluster;
import io.trivet.node.raft.RaftMember;
import io.trivet.repair.FileStates;
import io.trivet.wire.Connector;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.time.Duration;
import java.util.List;

/**
 * Asks the leader for the states of file ids, locally or over the wire; the answer is linearizable.
 * Any thread.
 */
public final class LeaderFileStates implements FileStates {
    private static final Duration ASK_LIMIT = Duration.ofSeconds(15);

    private final RaftMember raftMember;
    private final KnownCluster cluster;
    private final Connector connector;

    public LeaderFileStates(RaftMember raftMember, KnownCluster cluster, Connector connector) {
        this.raftMember = raftMember;
        this.cluster = cluster;
        this.connector = connector;
    }

    @Override
    public QueryResult.IdStates of(List<FileId> ids) {
        Query query = new Query.IdStates(ids);
        return switch (raftMember.leads() ? raftMember.ask(query) : askLeader(query)) {
            case QueryResult.IdStates states -> states;
            case QueryResult.Refused(var refusal) -> throw new TrivetException(refusal);
            case QueryResult other ->
                throw TrivetException.of(Refusal.Kind.BAD_REQUEST, "", "not an answer about ids: " + other);
        };
    }

    private QueryResult askLeader(Query query) {
        NodeId leader = raftMember
                .leader()
                .orElseThrow(() -> TrivetException.of(Refusal.Kind.NO_QUORUM, "", "no leader is known: ask again"));
        Reply reply =
                connector.call(cluster.address(leader), new RequestEnvelope(leader, new Request.Ask(query)), ASK_LIMIT);
        return reply instanceof Reply.AnswerOf(var queryResult)
                ? queryResult
                : new QueryResult.Refused(new Refusal(Refusal.Kind.BAD_REQUEST, "", "not an answer to a question"));
    }
}
