package io.trivet.quorum;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/**
 * {@link QuorumSettings} as Ratis properties, with the reason wherever Ratis's default is not
 * suitable.
 */
final class RatisSettings {
    private static final SizeInBytes CALL_BYTES = SizeInBytes.ONE_MB;
    private static final int WRITE_BUFFER_MARGIN = 64 << 10;
    private static final int HALF = 2;
    private static final int QUARTER = 4;
    private static final int EIGHTH = 8;

    private RatisSettings() {}

    static RaftProperties of(QuorumSettings settings) {
        RaftProperties properties = new RaftProperties();
        RaftConfigKeys.Rpc.setType(properties, new PeerRpc.Type());
        RaftServerConfigKeys.setStorageDir(
                properties, List.of(settings.directory().resolve("log").toFile()));
        // A process that was paused for long continues as a follower; Ratis would silently close
        // it.
        RaftServerConfigKeys.setCloseThreshold(properties, TimeDuration.valueOf(365, TimeUnit.DAYS));
        elections(properties, settings);
        log(properties, settings);
        snapshots(properties, settings);
        memory(properties);
        return properties;
    }

    private static void elections(RaftProperties properties, QuorumSettings settings) {
        RaftServerConfigKeys.Rpc.setTimeoutMin(properties, of(settings.electionMin()));
        RaftServerConfigKeys.Rpc.setTimeoutMax(properties, of(settings.electionMax()));
        RaftServerConfigKeys.Rpc.setRequestTimeout(properties, of(settings.electionMax()));
        // After a start no peer needs time to come back; a voter that hears a leader refuses the
        // pre-vote.
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(
                properties, of(settings.electionMin().dividedBy(QUARTER)));
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(
                properties, of(settings.electionMin().dividedBy(HALF)));
    }

    private static void log(RaftProperties properties, QuorumSettings settings) {
        // Entries are on stable storage before they are acknowledged. These are Ratis's defaults,
        // stated because everything depends on them.
        RaftServerConfigKeys.Log.setUseMemory(properties, false);
        RaftServerConfigKeys.Log.setUnsafeFlushEnabled(properties, false);
        RaftServerConfigKeys.Log.setAsyncFlushEnabled(properties, false);
        // Otherwise Ratis logs every commit index as an entry of its own, which doubles the
        // entries. After a restart the leader sends it again.
        RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, false);
        // A damaged log is an error; it is never cut off and used (rule 8).
        RaftServerConfigKeys.Log.setCorruptionPolicy(properties, RaftServerConfigKeys.Log.CorruptionPolicy.EXCEPTION);
        RaftServerConfigKeys.Log.setSegmentSizeMax(
                properties, SizeInBytes.valueOf(settings.log().segmentBytes()));
        RaftServerConfigKeys.Log.setPreallocatedSize(
                properties, SizeInBytes.valueOf(Math.min(settings.log().segmentBytes(), CALL_BYTES.getSizeInt())));
        RaftServerConfigKeys.Log.Appender.setBufferByteLimit(properties, CALL_BYTES);
    }

    private static void snapshots(RaftProperties properties, QuorumSettings settings) {
        RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, true);
        RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(
                properties, settings.log().snapshotEntries());
        // A stop is no better than a kill, so that starts after both are the same.
        RaftServerConfigKeys.Snapshot.setTriggerWhenStopEnabled(properties, false);
        // A master that is down for days must not fill the disks of the others; it gets a
        // checkpoint. Short absences are served from the log.
        RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
        RaftServerConfigKeys.Log.setPurgePreservationLogNum(
                properties, settings.log().snapshotEntries() / EIGHTH);
        RaftServerConfigKeys.Log.setPurgeGap(properties, 1);
        RaftServerConfigKeys.Log.Appender.setSnapshotChunkSizeMax(properties, CALL_BYTES);
    }

    private static void memory(RaftProperties properties) {
        // Ratis requires it to be a little larger than the content of one call.
        RaftServerConfigKeys.Log.setWriteBufferSize(
                properties, SizeInBytes.valueOf(CALL_BYTES.getSize() + WRITE_BUFFER_MARGIN));
        RaftServerConfigKeys.Log.setSegmentCacheNumMax(properties, 2);
        RaftServerConfigKeys.Log.setSegmentCacheSizeMax(properties, SizeInBytes.valueOf("16MB"));
        RaftServerConfigKeys.Log.setQueueByteLimit(properties, SizeInBytes.valueOf("8MB"));
        RaftServerConfigKeys.Write.setByteLimit(properties, SizeInBytes.valueOf("8MB"));
        // Ratis's own cache of answers to retries is not needed: Trivet's sessions keep theirs in
        // the state, where they survive a change of the leader.
        RaftServerConfigKeys.RetryCache.setExpiryTime(properties, TimeDuration.ONE_SECOND);
    }

    private static TimeDuration of(Duration duration) {
        return TimeDuration.valueOf(duration.toMillis(), TimeUnit.MILLISECONDS);
    }
}
