package io.trivet.quorum;

import io.trivet.model.NodeId;
import java.io.IOException;
import java.time.Duration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.util.LifeCycle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a Ratis server. Ratis itself waits for its threads up to a day, or, if it is being closed
 * already, not at all.
 */
record RatisShutdown(NodeId self, RaftServer server, RaftServer.Division division) {
    private static final Logger LOG = LoggerFactory.getLogger(RatisShutdown.class);

    /** Closes the server and waits at most {@code limit}. */
    void close(Duration limit) {
        Thread closing =
                Thread.ofPlatform().name("quorum-close-" + self).daemon().start(this::closeServer);
        try {
            if (!closing.join(limit)) {
                LOG.warn("quorum not closed in time: node={} limit={}", self, limit);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeServer() {
        try {
            server.close();
            while (division.getInfo().getLifeCycleState() == LifeCycle.State.CLOSING) {
                Thread.sleep(5);
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("quorum closed with an error: node={} error={}", self, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
