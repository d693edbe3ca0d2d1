package io.trivet.node;

import io.trivet.model.ClusterView;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.TrivetException;
import io.trivet.wire.Addressed;
import io.trivet.wire.Connector;
import io.trivet.wire.Reply;
import io.trivet.wire.Request;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the keys of chunk tokens up to date: the leader looks who has left, every other member asks the leader before it needs the next ones. One thread. */
final class TokenKeyErrand {
    private static final Logger LOG = LoggerFactory.getLogger(TokenKeyErrand.class);
    private static final Duration CALL_LIMIT = Duration.ofSeconds(10);

    private final NodeId self;
    private final Seat seat;
    private final KnownCluster cluster;
    private final Connector connector;
    private final TokenKeys keys;

    TokenKeyErrand(NodeId self, Seat seat, KnownCluster cluster, Connector connector, TokenKeys keys) {
        this.self = self;
        this.seat = seat;
        this.cluster = cluster;
        this.connector = connector;
        this.keys = keys;
    }

    /** Does nothing while the keys are known. */
    void round() {
        if (seat.leads()) {
            seat.namespace().current().ifPresent(keys::lead);
            return;
        }
        NodeId leader = seat.leader().orElse(null);
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
            Addressed request = new Addressed(leader, new Request.GetTokenKeys());
            if (connector.call(cluster.address(leader), request, CALL_LIMIT) instanceof Reply.TokenKeys told) {
                keys.learn(told, view);
            }
        } catch (TrivetException e) {
            LOG.info("no token keys yet leader={} cause=\"{}\"", leader, e.getMessage());
        }
    }
}
