package io.trivet.quorum;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How a master keeps the namespace.
 *
 * @param directory of the log and the state, of this quorum alone
 * @param electionMin a follower that hears nothing for a random time from here ...
 * @param electionMax ... to here stands for election; a leader that hears no majority for this long
 *     steps down
 * @param deadline of an operation or a question, from submitting it to its answer
 * @param snapshotEntries a checkpoint of the state is taken every so many entries of the log, ...
 * @param snapshotBytes ... or every so many bytes of entries, whichever comes first: an entry has
 *     one operation or a thousand
 * @param segmentBytes the log is kept in files of this size, and purged by whole files
 * @param entriesInFlight how many entries may be under way at once: the second and those after it
 *     only when they are full enough
 * @param maxWaiting how many operations, and how many questions, may wait; more are refused as
 *     {@code BUSY}
 * @param timeMs what the leader dates entries with; 0, or anything earlier than the last entry's,
 *     counts as the last entry's
 */
public record QuorumSettings(
        Path directory,
        Duration electionMin,
        Duration electionMax,
        Duration deadline,
        int snapshotEntries,
        long snapshotBytes,
        int segmentBytes,
        int entriesInFlight,
        int maxWaiting,
        LongSupplier timeMs) {
    private static final long SNAPSHOT_BYTES = 64 << 20;
    private static final int SEGMENT_BYTES = 8 << 20;

    public QuorumSettings {
        directory = directory.toAbsolutePath().normalize();
        if (!electionMin.isPositive() || electionMax.compareTo(electionMin) <= 0) {
            throw new IllegalArgumentException(
                    "elections need 0 < min < max, not " + electionMin + " and " + electionMax);
        }
        if (!deadline.isPositive()
                || snapshotEntries < 1
                || snapshotBytes < 1
                || entriesInFlight < 1
                || maxWaiting < 1) {
            throw new IllegalArgumentException(
                    "deadline, snapshotEntries, snapshotBytes, entriesInFlight and maxWaiting are at least 1");
        }
        if (segmentBytes < LogEntryCodec.MAX_ENTRY_BYTES / 8) {
            throw new IllegalArgumentException(
                    "a segment of the log has at least " + LogEntryCodec.MAX_ENTRY_BYTES / 8 + " bytes");
        }
    }

    /** Dated by this machine's clock. */
    public QuorumSettings(
            Path directory,
            Duration electionMin,
            Duration electionMax,
            Duration deadline,
            int snapshotEntries,
            long snapshotBytes,
            int segmentBytes,
            int entriesInFlight,
            int maxWaiting) {
        this(
                directory,
                electionMin,
                electionMax,
                deadline,
                snapshotEntries,
                snapshotBytes,
                segmentBytes,
                entriesInFlight,
                maxWaiting,
                System::currentTimeMillis);
    }

    /** The same, dated by another clock. */
    public QuorumSettings datedBy(LongSupplier clock) {
        return new QuorumSettings(
                directory,
                electionMin,
                electionMax,
                deadline,
                snapshotEntries,
                snapshotBytes,
                segmentBytes,
                entriesInFlight,
                maxWaiting,
                clock);
    }

    /** What serves well: elections after 1 to 2 s of silence, a checkpoint every 20,000 entries or 64 MiB. */
    public static QuorumSettings in(Path directory) {
        return new QuorumSettings(
                directory,
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(10),
                20_000,
                SNAPSHOT_BYTES,
                SEGMENT_BYTES,
                4,
                16_384);
    }
}
