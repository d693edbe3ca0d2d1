package io.trivet.node;

import io.trivet.chunk.ChunkStore;
import io.trivet.chunk.DiskStatus;
import io.trivet.model.NodeId;
import io.trivet.node.cluster.ClusterClock;
import io.trivet.node.cluster.KnownCluster;
import io.trivet.node.http.Health;
import io.trivet.node.keys.NodeCredentials;
import io.trivet.node.keys.TokenKeys;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether a save or load through this node would succeed, as far as it knows. Reads what the
 * heartbeat has learned, and asks nobody.
 *
 * @param work whether the node is stopping
 */
record NodeHealth(
        NodeId self,
        HeartbeatSender heartbeatSender,
        KnownCluster cluster,
        ClusterClock clock,
        NodeCredentials nodeCredentials,
        TokenKeys tokenKeys,
        ChunkStore store,
        InFlightRequests work)
        implements Health {
    /** Ten heartbeats: one that hangs for so long counts as unanswered. */
    private static final Duration LATELY = Duration.ofSeconds(10);

    @Override
    public boolean lives() {
        return heartbeatSender.beats();
    }

    @Override
    public Optional<String> notReady() {
        if (work.isLeaving()) {
            return Optional.of("it is stopping");
        }
        if (heartbeatSender.rival().isPresent()) {
            return Optional.of("another process is this node");
        }
        if (heartbeatSender.isDismissed()) {
            return Optional.of("it is no node of the cluster any more");
        }
        Optional<Duration> sinceHeard = heartbeatSender.sinceHeard();
        if (sinceHeard.isEmpty()) {
            return Optional.of("no leader was heard since the start");
        }
        if (!heartbeatSender.isHeard() || sinceHeard.get().compareTo(LATELY) > 0) {
            return Optional.of("no leader was heard for " + sinceHeard.get().toSeconds() + " s");
        }
        if (cluster.view().filter(view -> view.node(self).isPresent()).isEmpty()) {
            return Optional.of("the cluster does not name it yet");
        }
        if (!clock.isAgreed()) {
            return Optional.of("it does not know the time of the cluster yet");
        }
        if (!nodeCredentials.isInTime(clock)) {
            return Optional.of("its certificate is out of time");
        }
        if (cluster.view().filter(tokenKeys::lacks).isPresent()) {
            return Optional.of("it has not got the keys of chunk tokens yet");
        }
        return serves() ? Optional.empty() : Optional.of("none of its disks serves");
    }

    private boolean serves() {
        return store.disks().stream()
                .map(DiskStatus::state)
                .anyMatch(state -> state == DiskStatus.State.SERVING || state == DiskStatus.State.READ_ONLY);
    }
}
