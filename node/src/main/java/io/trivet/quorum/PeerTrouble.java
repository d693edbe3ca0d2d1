package io.trivet.quorum;

import io.trivet.model.NodeId;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs once when another master stops answering, and once when it answers again. Any thread. */
final class PeerTrouble {
    private static final Logger LOG = LoggerFactory.getLogger(PeerTrouble.class);

    private final Supplier<String> self;
    private final Set<NodeId> silent = ConcurrentHashMap.newKeySet();

    /** @param self this node's name, which Ratis knows only when it runs */
    PeerTrouble(Supplier<String> self) {
        this.self = self;
    }

    void failed(NodeId peer, Exception failure) {
        if (silent.add(peer)) {
            LOG.warn(
                    "master does not answer node={} peer={} cause=\"{}\"", self.get(), peer, FailureKind.text(failure));
        }
    }

    void answered(NodeId peer) {
        if (!silent.isEmpty() && silent.remove(peer)) {
            LOG.info("master answers again node={} peer={}", self.get(), peer);
        }
    }
}
