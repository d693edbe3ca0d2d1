package io.trivet.node.raft;

import io.trivet.chunk.ChunkStore;
import io.trivet.chunk.DiskPaths;
import io.trivet.chunk.DiskStatus;
import io.trivet.file.AtomicFile;
import io.trivet.file.FileSync;
import io.trivet.model.ClusterView;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.namespace.Backup;
import io.trivet.node.cluster.KnownCluster;
import io.trivet.repair.Chore;
import io.trivet.wire.Connection;
import io.trivet.wire.Connector;
import io.trivet.wire.ReceivedFile;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a copy of the namespace on each disk of this node, so that a rescue from disks alone knows
 * names, removals and commits. The leader sends it as a backup when it has changed, at an average
 * of at most {@link #BYTES_PER_SECOND}, so larger copies are made less often.
 *
 * <p>A copy is written under a temporary name, fsynced, read back and verified, renamed, and its
 * directory fsynced; until then the previous one is there. A disk without room, or that fails, gets
 * no copy: its task is the chunks. One thread.
 */
public final class NamespaceCopies implements Chore {
    private static final Logger LOG = LoggerFactory.getLogger(NamespaceCopies.class);
    private static final Duration FIRST = Duration.ofSeconds(2);
    private static final Duration CALL_LIMIT = Duration.ofSeconds(30);
    private static final long BYTES_PER_SECOND = 1 << 20;

    private final ChunkStore store;
    private final RaftMember raftMember;
    private final KnownCluster cluster;
    private final Connector connector;
    private final Duration every;
    private boolean begun;
    private int epoch;
    private long index;
    private long length;

    public NamespaceCopies(
            ChunkStore store, RaftMember raftMember, KnownCluster cluster, Connector connector, Duration every) {
        this.store = store;
        this.raftMember = raftMember;
        this.cluster = cluster;
        this.connector = connector;
        this.every = every;
    }

    @Override
    public Duration step() {
        if (!begun) {
            begun = true;
            return untilFirst();
        }
        try {
            copy();
        } catch (IOException e) {
            LOG.warn("namespace not copied cause=\"{}\"", e.toString());
        } catch (TrivetException e) {
            LOG.debug("namespace not copied cause=\"{}\"", e.getMessage());
        }
        return pace(length, every);
    }

    private static Duration pace(long length, Duration every) {
        Duration pace = Duration.ofSeconds(length / BYTES_PER_SECOND);
        return pace.compareTo(every) > 0 ? pace : every;
    }

    /** A restart makes no new copy if each disk has a recent one. */
    private Duration untilFirst() {
        try {
            Instant oldest = Instant.MAX;
            long longest = 0;
            for (DiskStatus disk : store.disks()) {
                Path copy = new DiskPaths(disk.disk()).namespaceCopy();
                Instant written = Files.getLastModifiedTime(copy).toInstant();
                oldest = written.isBefore(oldest) ? written : oldest;
                longest = Math.max(longest, Files.size(copy));
            }
            return untilFirst(longest, Duration.between(oldest, Instant.now()), every);
        } catch (IOException e) {
            LOG.debug("no copy of the namespace yet cause=\"{}\"", e.toString());
            return untilFirst(0, every, every);
        }
    }

    /**
     * For the age of the oldest copy and the length of the longest; a negative age counts as
     * unknown.
     */
    static Duration untilFirst(long length, Duration age, Duration every) {
        Duration soon = FIRST.compareTo(every) < 0 ? FIRST : every;
        Duration left = pace(length, every).minus(age);
        return age.isNegative() || left.compareTo(soon) < 0 ? soon : left;
    }

    private void copy() throws IOException {
        List<DiskPaths> disks = store.disks().stream()
                .filter(disk -> disk.state() == DiskStatus.State.SERVING && disk.freeBytes() > 2 * length)
                .map(disk -> new DiskPaths(disk.disk()))
                .toList();
        if (disks.isEmpty()) {
            return;
        }
        Path first = temporary(disks.getFirst());
        try {
            long received = fetch(first);
            if (received == 0) {
                return;
            }
            Backup.Summary summary = check(first);
            for (DiskPaths disk : disks.subList(1, disks.size())) {
                spread(first, disk);
            }
            publish(disks.getFirst());
            epoch = summary.epoch();
            index = summary.index();
            length = received;
        } finally {
            Files.deleteIfExists(first);
        }
    }

    private static Path temporary(DiskPaths disk) {
        return disk.temporary().resolve("namespace-copy");
    }

    /** If the copy does not fit or the disk fails, the disk keeps its previous copy. */
    private static void spread(Path whole, DiskPaths disk) {
        try {
            Files.copy(whole, temporary(disk), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
            FileSync.force(temporary(disk));
            publish(disk);
        } catch (IOException e) {
            LOG.warn("namespace not copied disk={} cause=\"{}\"", disk.root(), e.toString());
        }
    }

    private static void publish(DiskPaths disk) throws IOException {
        AtomicFile.replace(disk.namespaceCopy(), temporary(disk));
    }

    private static Backup.Summary check(Path file) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            return Backup.check(in);
        }
    }

    /** Returns the number of bytes received; 0 if nothing has changed. Durable on return. */
    private long fetch(Path file) throws IOException {
        NodeId leader = raftMember
                .leader()
                .orElseThrow(() -> TrivetException.of(Refusal.Kind.NO_QUORUM, "", "no leader is known"));
        boolean sameEpoch = cluster.view()
                .map(ClusterView::epoch)
                .filter(now -> now == epoch)
                .isPresent();
        Connection connection = connector.take(cluster.address(leader), CALL_LIMIT);
        boolean whole = false;
        Files.deleteIfExists(file);
        try (FileChannel out = FileChannel.open(
                file,
                Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            connection.send(new RequestEnvelope(leader, new Request.BackUp(sameEpoch ? index : 0)));
            if (!(connection.receive().message() instanceof Reply.Done)) {
                throw new IOException(leader + ": not an answer to a backup");
            }
            long received = ReceivedFile.into(connection, out);
            whole = true;
            FileSync.force(out);
            return received;
        } finally {
            connector.release(connection, whole);
        }
    }
}
