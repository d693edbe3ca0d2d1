package io.trivet.quorum;

import io.trivet.file.FileSync;
import io.trivet.model.ClusterId;
import io.trivet.namespace.LaterReleaseException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;
import org.apache.ratis.server.raftlog.RaftLog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A master's right to vote and to acknowledge entries, which belongs to its log (rule 8): a log
 * that lost a vote or an entry must never vote again under the same name.
 */
final class VotingRight {
    private static final Logger LOG = LoggerFactory.getLogger(VotingRight.class);
    private static final String REJOIN = ": this master's seat is over";
    private static final String FAILED = "the quorum's log failed: ";
    private static final String FULL =
            "the disk of this master is full: make room in the file system of %s, and it goes on by itself";

    private final Path directory;
    private final ClusterId cluster;
    private volatile @Nullable String endReason;
    private volatile @Nullable String stopReason;
    private volatile boolean paused;

    /** The end that could not be written to disk, because the disk is full. */
    private @Nullable String unwritten;

    private boolean endedForNow;

    private VotingRight(Path directory, ClusterId cluster) {
        this.directory = directory;
        this.cluster = cluster;
    }

    /** A new seat, whose log is to be formatted. */
    static VotingRight take(Path directory, ClusterId cluster) throws IOException {
        VotingRight votingRight = new VotingRight(directory, cluster);
        if (Files.exists(directory.resolve("log"))
                || Files.exists(directory.resolve("state"))
                || Files.exists(votingRight.ended())) {
            throw new IOException(
                    directory + ": there is a quorum's log or state already, and a log is never formatted twice");
        }
        Files.createDirectories(directory.resolve("log"));
        return votingRight;
    }

    /** The seat of the existing log. */
    static VotingRight resume(Path directory, ClusterId cluster) throws IOException {
        Optional<String> lost = lost(directory, cluster);
        if (lost.isPresent()) {
            throw new IOException(lost.get());
        }
        VotingRight votingRight = new VotingRight(directory, cluster);
        votingRight.requireUnused();
        Path vote = VoteFile.in(votingRight.current());
        long forced = ForcedMark.read(directory);
        if (Files.exists(votingRight.ended())) {
            LogTail.writeAgain(votingRight.current(), forced);
        }
        LogTail.mend(votingRight.current(), forced);
        if (!VoteFile.isSound(vote)) {
            VoteFile.forget(
                    directory,
                    vote,
                    Math.max(LogTail.lastTerm(votingRight.current()), CheckpointStore.lastTerm(votingRight.group())));
        }
        return votingRight;
    }

    /** Why the seat is over, if its end was recorded or its log is missing. Changes nothing. */
    static Optional<String> lost(Path directory, ClusterId cluster) throws IOException {
        VotingRight votingRight = new VotingRight(directory, cluster);
        if (Files.exists(votingRight.ended())) {
            String reason = Files.readString(votingRight.ended()).strip();
            if (!isExcused(reason)) {
                return Optional.of(directory + ": " + reason + REJOIN);
            }
        }
        Path vote = VoteFile.in(votingRight.current());
        return Files.isRegularFile(vote)
                ? Optional.empty()
                : Optional.of(
                        vote + ": expected the log of this master in cluster " + cluster + ", found nothing" + REJOIN);
    }

    /**
     * Whether the recorded end was only a full disk. What could not be written was not
     * acknowledged, and everything else is verified and written again. An earlier release also took
     * an exhausted heap for a failure of the log, and possibly could not even write why.
     */
    private static boolean isExcused(String reason) {
        return reason.isEmpty() || FailureKind.saysNoRoom(reason) || reason.endsWith("Java heap space");
    }

    /** Called after log and state were found sound. */
    void goOn() throws IOException {
        if (Files.deleteIfExists(ended())) {
            FileSync.force(directory);
            LOG.warn(
                    "the end of this master's seat is taken back, as its disk was full and its log is sound directory={}",
                    directory);
        }
    }

    /** The Raft member that used this log before may not have ended yet. */
    private void requireUnused() throws IOException {
        Path lock = group().resolve("in_use.lock");
        if (!Files.exists(lock)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
                FileLock _ = channel.tryLock()) {
            // Ratis takes the lock next.
        } catch (OverlappingFileLockException e) {
            throw new StillInUseException(lock + ": the log is in use", e);
        }
    }

    ClusterId cluster() {
        return cluster;
    }

    /** Where Ratis keeps log and checkpoints of this cluster. */
    Path group() {
        return directory.resolve("log").resolve(cluster.toString());
    }

    /** Where Ratis keeps the log itself and the vote. */
    Path current() {
        return group().resolve("current");
    }

    /** Makes the directories of a new log durable, up to the one in which they were made. */
    void forceNames() throws IOException {
        Path end = Objects.requireNonNull(directory.getParent());
        for (Path made = current(); !made.equals(end); made = Objects.requireNonNull(made.getParent())) {
            FileSync.force(made);
        }
        FileSync.force(end);
    }

    private Path ended() {
        return directory.resolve("ended");
    }

    /**
     * Compares the log with the state, which never gets ahead of it: an entry is applied only after
     * it was forced into this log. A log that ends before the state was restored from a copy or
     * lost its end; one that begins after the checkpoint lost its beginning.
     */
    void check(RaftLog log, NamespaceStateMachine machine) throws IOException {
        long covered = Optional.ofNullable(machine.getLatestSnapshot())
                .map(snapshot -> snapshot.getIndex())
                .orElse(-1L);
        long last = Math.max(log.getNextIndex() - 1, covered);
        // Entry 0 seats the first voter and changes no state; an empty state reports 0 too.
        if (machine.appliedIndex() > Math.max(last, 0)) {
            throw new IOException(group() + ": expected entries up to " + machine.appliedIndex()
                    + ", which were applied here, found the log to end at " + last + REJOIN);
        }
        long forced = ForcedMark.read(directory);
        if (forced != ForcedMark.UNKNOWN && forced > Math.max(last, 0)) {
            throw new IOException(group() + ": expected entries up to " + forced
                    + ", which were on stable storage here, found the log to end at " + last + REJOIN);
        }
        if (log.getStartIndex() > covered + 1) {
            throw new IOException(group() + ": expected a checkpoint up to entry " + (log.getStartIndex() - 1)
                    + ", before which the log was purged, found one up to " + covered + REJOIN);
        }
    }

    /** Ends the seat or stops it for now, depending on the failure. */
    synchronized void failed(Throwable cause) {
        Optional<String> noRoom = FailureKind.forceWithoutRoom(cause);
        if (noRoom.isPresent()) {
            endForNow(noRoom.get(), cause);
        } else if (FailureKind.isFailedForce(cause)) {
            end(cause);
        } else if (cause instanceof LaterReleaseException) {
            stop(FailureKind.text(cause));
        } else if (FailureKind.isOfMachine(cause)) {
            pause(cause);
        } else {
            LOG.error("an entry cannot be applied directory={}", directory, cause);
            stop("this release cannot apply an entry of the masters' log (" + cause
                    + "): this is a fault of the program, and a release without it goes on from here");
        }
    }

    /**
     * Ends the seat for ever, also after a restart, because lost writes may look as if they had
     * been kept.
     */
    synchronized void end(Throwable cause) {
        String reason = FAILED + FailureKind.text(cause);
        endReason = reason;
        LOG.error("seat ended: directory={} reason={}", directory, reason, cause);
        try {
            write(reason);
        } catch (IOException e) {
            LOG.error("end of the seat cannot be written: directory={} error={}", directory, e.toString());
        }
    }

    /**
     * Ends the seat as an fsync without room requires: the next start takes that back if the log is
     * sound, and writes it again. It may be in this process, but only once the end is written.
     */
    private void endForNow(String noRoom, Throwable cause) {
        if (endReason == null && !endedForNow) {
            endedForNow = true;
            stopReason = FULL.formatted(directory);
            paused = true;
            LOG.error("master paused: directory={} reason={}", directory, stopReason, cause);
            unwritten = FAILED + noRoom;
            var _ = isWritten();
        }
    }

    /** Whether the end is written to disk if there is one; writes it if it could not be before. */
    private boolean isWritten() {
        try {
            if (unwritten != null) {
                write(unwritten);
                unwritten = null;
            }
            return true;
        } catch (IOException e) {
            LOG.warn("end of the seat cannot be written yet: directory={} error={}", directory, e.toString());
            return false;
        }
    }

    private void write(String reason) throws IOException {
        Files.writeString(ended(), reason + "\n");
        FileSync.force(ended());
        FileSync.force(directory);
    }

    /** Stops: the log is sound, but this release cannot use it; another one can. */
    private void stop(String reason) {
        stopReason = reason;
        LOG.error("master stopped: directory={} reason={}", directory, reason);
    }

    /**
     * Pauses: the log is probably sound. Once the disk has room, it can be read, verified and used.
     */
    private void pause(Throwable cause) {
        stopReason = LogSpace.of(directory).isShort()
                ? FULL.formatted(directory)
                : "this master could not use its disk, and tries again by itself: " + FailureKind.text(cause);
        paused = true;
        LOG.error("master paused: directory={} reason={}", directory, stopReason, cause);
    }

    /** Whether a retry in this process may help. May write to disk. */
    synchronized boolean mayGoOn() {
        return endReason == null && (stopReason == null || paused) && isWritten();
    }

    /** Why this process takes no part, if it does not. */
    Optional<String> trouble() {
        return endReason().or(() -> Optional.ofNullable(stopReason));
    }

    /** Why the seat ended, if it did while this process ran. */
    Optional<String> endReason() {
        return Optional.ofNullable(endReason);
    }
}
