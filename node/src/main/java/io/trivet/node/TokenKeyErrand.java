package io.trivet.node;

import io.trivet.model.NodeId;
import io.trivet.model.TrivetException;
import io.trivet.wire.Addressed;
import io.trivet.wire.Connector;
import io.trivet.wire.Reply;
import io.trivet.wire.Request;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fetches the keys of chunk tokens from the leader for a node that is no master, a whole period before they are needed. One thread. */
final class TokenKeyErrand {
    private static final Logger LOG = LoggerFactory.getLogger(TokenKeyErrand.class);
    private static final Duration CALL_LIMIT = Duration.ofSeconds(10);

    private final NodeId self;
    private final Seat seat;
    private final KnownCluster cluster;
    private final Connector connector;
    private final Keyring keyring;

    TokenKeyErrand(NodeId self, Seat seat, KnownCluster cluster, Connector connector, Keyring keyring) {
        this.self = self;
        this.seat = seat;
        this.cluster = cluster;
        this.connector = connector;
        this.keyring = keyring;
    }

    /** Does nothing while the keys are known. */
    void round() {
        NodeId leader = seat.leader().orElse(null);
        if (!keyring.lacksTokenKeys() || leader == null || leader.equals(self)) {
            return;
        }
        try {
            Addressed request = new Addressed(leader, new Request.GetTokenKeys());
            if (connector.call(cluster.address(leader), request, CALL_LIMIT) instanceof Reply.TokenKeys keys) {
                keyring.learn(keys);
            }
        } catch (TrivetException e) {
            LOG.info("no token keys yet leader={} cause=\"{}\"", leader, e.getMessage());
        }
    }
}
