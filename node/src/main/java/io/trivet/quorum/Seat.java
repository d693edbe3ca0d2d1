package io.trivet.quorum;

import io.trivet.model.ClusterId;
import io.trivet.namespace.LaterReleaseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.apache.ratis.server.raftlog.RaftLog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A master's right to vote and to vouch for entries, which belongs to its log (rule 8): a log that lost a vote or an entry must never speak again under
 * the same name.
 */
final class Seat {
    private static final Logger LOG = LoggerFactory.getLogger(Seat.class);
    private static final String REJOIN =
            ": this master's seat is over; let the leader unseat the node and have it join again";

    private final Path directory;
    private final ClusterId cluster;
    private volatile @Nullable String endReason;
    private volatile @Nullable String stopReason;

    private Seat(Path directory, ClusterId cluster) {
        this.directory = directory;
        this.cluster = cluster;
    }

    /** A new seat, whose log is to be formatted. */
    static Seat take(Path directory, ClusterId cluster) throws IOException {
        Seat seat = new Seat(directory, cluster);
        if (Files.exists(directory.resolve("log"))
                || Files.exists(directory.resolve("state"))
                || Files.exists(seat.ended())) {
            throw new IOException(
                    directory + ": there is a quorum's log or state already, and a log is never formatted twice");
        }
        Files.createDirectories(directory.resolve("log"));
        return seat;
    }

    /** The seat whose log is there. */
    static Seat resume(Path directory, ClusterId cluster) throws IOException {
        Seat seat = new Seat(directory, cluster);
        if (Files.exists(seat.ended())) {
            throw new IOException(
                    directory + ": " + Files.readString(seat.ended()).strip() + REJOIN);
        }
        Path vote = seat.group().resolve("current").resolve("raft-meta");
        if (!Files.isRegularFile(vote)) {
            throw new IOException(
                    vote + ": expected the log of this master in cluster " + cluster + ", found nothing" + REJOIN);
        }
        return seat;
    }

    ClusterId cluster() {
        return cluster;
    }

    /** Where Ratis keeps log and checkpoints of this cluster. */
    Path group() {
        return directory.resolve("log").resolve(cluster.toString());
    }

    private Path ended() {
        return directory.resolve("ended");
    }

    /**
     * Compares the log with the state, which never runs ahead of it: an entry is applied only after it was forced into the own log. A log that ends
     * before the state was put back from a copy, or lost its end; one that begins after the checkpoint lost its beginning.
     */
    void check(RaftLog log, NamespaceStateMachine machine) throws IOException {
        long covered = Optional.ofNullable(machine.getLatestSnapshot())
                .map(snapshot -> snapshot.getIndex())
                .orElse(-1L);
        long last = Math.max(log.getNextIndex() - 1, covered);
        // Entry 0 seats the first voter and changes no state; 0 is also what an empty state says.
        if (machine.appliedIndex() > Math.max(last, 0)) {
            throw new IOException(group() + ": expected entries up to " + machine.appliedIndex()
                    + ", which were applied here, found the log to end at " + last + REJOIN);
        }
        if (log.getStartIndex() > covered + 1) {
            throw new IOException(group() + ": expected a checkpoint up to entry " + (log.getStartIndex() - 1)
                    + ", before which the log was purged, found one up to " + covered + REJOIN);
        }
    }

    /** Ends the seat for good: also after a restart, when what could not be written may look as if it had been. */
    void end(Throwable cause) {
        String reason = "the quorum's log or state failed: " + Objects.toString(cause.getMessage(), cause.toString());
        endReason = reason;
        LOG.error("seat ended: directory={} reason={}", directory, reason, cause);
        try {
            Files.writeString(ended(), reason + "\n");
            CheckpointFiles.forceOne(ended());
            CheckpointFiles.forceOne(directory);
        } catch (IOException e) {
            LOG.error("end of the seat cannot be written: directory={} error={}", directory, e.toString());
        }
    }

    /** This process can do no more with the log, which is good: another release can. */
    void stop(LaterReleaseException cause) {
        stopReason = cause.getMessage();
        LOG.error("master stopped: directory={} reason={}", directory, cause.getMessage());
    }

    /** Why this process takes no part, if something happened. */
    Optional<String> trouble() {
        return endReason().or(() -> Optional.ofNullable(stopReason));
    }

    /** Why the seat ended, if it did while this process ran. */
    Optional<String> endReason() {
        return Optional.ofNullable(endReason);
    }
}
