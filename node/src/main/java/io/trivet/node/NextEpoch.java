package io.trivet.node;

import io.trivet.chunk.DiskPaths;
import io.trivet.model.ClusterView;
import io.trivet.namespace.Backup;
import io.trivet.node.cluster.KnownCluster;
import io.trivet.node.identity.NodeIdentity;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The epoch for a restore: one that no history of this cluster has had (rule 4), although no other
 * node can be asked because all are stopped. It is the time in seconds, so that a later restore has
 * a greater one even on a node that heard of no earlier one. It is also greater than every epoch of
 * which this node has a trace. Where the clock is behind those, a random number is added, so that
 * two nodes that know nothing of each other do not begin the same one.
 */
final class NextEpoch {
    private static final Logger LOG = LoggerFactory.getLogger(NextEpoch.class);

    /** Seconds are counted from here; they fit until 2094. */
    private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");

    /** Below this is what is added at random: 12 days in seconds. */
    private static final int RANDOM_BELOW = 1 << 20;

    private final NodeIdentity identity;
    private int known;

    private NextEpoch(NodeIdentity identity) {
        this.identity = identity;
        this.known = identity.seatEpoch();
    }

    /** @param backup the epoch of the backup that is restored into this directory */
    static int of(Path data, NodeIdentity identity, int backup, Instant now) throws IOException {
        NextEpoch next = new NextEpoch(identity);
        next.see(backup);
        new KnownCluster(data).view().map(ClusterView::epoch).ifPresent(next::see);
        identity.disks().forEach(next::seeDisk);
        return next.after(now);
    }

    private int after(Instant now) {
        long time = Duration.between(BEGINNING, now).toSeconds();
        int least = Math.addExact(known, 1);
        return time >= least
                ? Math.clamp(time, least, Integer.MAX_VALUE)
                : Math.clamp((long) least + new SecureRandom().nextInt(RANDOM_BELOW), least, Integer.MAX_VALUE);
    }

    private void see(int epoch) {
        known = Math.max(known, epoch);
    }

    /** Skips a disk that cannot be read; the time is enough. */
    private void seeDisk(Path root) {
        DiskPaths disk = new DiskPaths(root);
        try (InputStream copy = new BufferedInputStream(Files.newInputStream(disk.namespaceCopy()))) {
            see(Backup.check(copy).epoch());
        } catch (IOException e) {
            LOG.debug("no epoch disk={} cause=\"{}\"", root, e.toString());
        }
        try {
            ChunkNames.each(root, chunk -> see(chunk.file().epoch()));
        } catch (IOException e) {
            LOG.warn("chunks not looked at node={} disk={} cause=\"{}\"", identity.node(), root, e.toString());
        }
    }
}
