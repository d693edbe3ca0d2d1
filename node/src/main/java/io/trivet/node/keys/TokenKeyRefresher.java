package io.trivet.node.keys;

import io.trivet.model.ClusterView;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.TrivetException;
import io.trivet.node.cluster.KnownCluster;
import io.trivet.node.raft.RaftMember;
import io.trivet.wire.Connector;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the keys of chunk tokens up to date: the leader checks for nodes that have left, and every
 * other member asks the leader before it needs the next keys. One thread.
 */
public final class TokenKeyRefresher {
    private static final Logger LOG = LoggerFactory.getLogger(TokenKeyRefresher.class);
    private static final Duration CALL_LIMIT = Duration.ofSeconds(10);

    private final NodeId self;
    private final RaftMember raftMember;
    private final KnownCluster cluster;
    private final Connector connector;
    private final TokenKeys keys;

    public TokenKeyRefresher(
            NodeId self, RaftMember raftMember, KnownCluster cluster, Connector connector, TokenKeys keys) {
        this.self = self;
        this.raftMember = raftMember;
        this.cluster = cluster;
        this.connector = connector;
        this.keys = keys;
    }

    /** Does nothing while the keys are known. */
    public void round() {
        if (raftMember.leads()) {
            raftMember.namespace().current().ifPresent(keys::lead);
            return;
        }
        NodeId leader = raftMember.leader().orElse(null);
        if (leader == null || leader.equals(self)) {
            return;
        }
        cluster.view()
                .filter(view -> view.node(self).filter(Node::isMember).isPresent())
                .filter(keys::lacks)
                .ifPresent(view -> ask(leader, view));
    }

    private void ask(NodeId leader, ClusterView view) {
        try {
            RequestEnvelope request = new RequestEnvelope(leader, new Request.GetTokenKeys());
            if (connector.call(cluster.address(leader), request, CALL_LIMIT) instanceof Reply.TokenKeys told) {
                keys.learn(told, view);
            }
        } catch (TrivetException e) {
            LOG.info("no token keys yet leader={} cause=\"{}\"", leader, e.getMessage());
        }
    }
}
