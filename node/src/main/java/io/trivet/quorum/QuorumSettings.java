package io.trivet.quorum;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The settings of a master.
 *
 * @param directory of the log and the state, of this quorum alone
 * @param electionMin the shortest election timeout: a follower that hears nothing for a random time
 *     between this and {@code electionMax} stands for election
 * @param electionMax the longest election timeout; a leader that hears from no majority for this
 *     long steps down
 * @param deadline of an operation or a query, from submission to answer
 * @param log how large its log becomes
 * @param entriesInFlight how many entries may be in progress at once; the second and later ones
 *     only if they are full enough
 * @param maxWaiting how many operations, and how many queries, may wait; more are refused as {@code
 *     BUSY}
 * @param timeMs the clock with which the leader dates entries; 0, or anything earlier than the last
 *     entry's time, counts as that time
 */
public record QuorumSettings(
        Path directory,
        Duration electionMin,
        Duration electionMax,
        Duration deadline,
        LogSizes log,
        int entriesInFlight,
        int maxWaiting,
        LongSupplier timeMs) {
    /**
     * How large the log of a master becomes before it is purged behind a checkpoint.
     *
     * @param snapshotEntries a checkpoint of the state is taken every so many entries, ...
     * @param snapshotBytes ... or every so many bytes of entries, whichever comes first: an entry
     *     has one operation or a thousand
     * @param segmentBytes the log is kept in files of this size, and purged by whole files
     */
    public record LogSizes(int snapshotEntries, long snapshotBytes, int segmentBytes) {
        static final LogSizes USUAL = new LogSizes(20_000, 64 << 20, 8 << 20);

        public LogSizes {
            if (snapshotEntries < 1 || snapshotBytes < 1) {
                throw new IllegalArgumentException("snapshotEntries and snapshotBytes are at least 1");
            }
            if (segmentBytes < LogEntryCodec.MAX_ENTRY_BYTES / 8) {
                throw new IllegalArgumentException(
                        "a segment of the log has at least " + LogEntryCodec.MAX_ENTRY_BYTES / 8 + " bytes");
            }
        }
    }

    public QuorumSettings {
        directory = directory.toAbsolutePath().normalize();
        if (!electionMin.isPositive() || electionMax.compareTo(electionMin) <= 0) {
            throw new IllegalArgumentException(
                    "elections need 0 < min < max, not " + electionMin + " and " + electionMax);
        }
        if (!deadline.isPositive() || entriesInFlight < 1 || maxWaiting < 1) {
            throw new IllegalArgumentException("deadline, entriesInFlight and maxWaiting are at least 1");
        }
    }

    /** With this machine's clock. */
    public QuorumSettings(
            Path directory,
            Duration electionMin,
            Duration electionMax,
            Duration deadline,
            LogSizes log,
            int entriesInFlight,
            int maxWaiting) {
        this(
                directory,
                electionMin,
                electionMax,
                deadline,
                log,
                entriesInFlight,
                maxWaiting,
                System::currentTimeMillis);
    }

    /** The same settings with another clock. */
    public QuorumSettings datedBy(LongSupplier clock) {
        return new QuorumSettings(
                directory, electionMin, electionMax, deadline, log, entriesInFlight, maxWaiting, clock);
    }

    /**
     * The defaults: elections after 1 to 2 s of silence, a checkpoint every 20,000 entries or 64
     * MiB.
     */
    public static QuorumSettings in(Path directory) {
        return new QuorumSettings(
                directory,
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(10),
                LogSizes.USUAL,
                4,
                16_384);
    }
}
