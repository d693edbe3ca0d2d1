package io.trivet.namespace;

import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages.SettingsRow;
import io.trivet.model.Command;
import io.trivet.model.KeySuccession;
import io.trivet.model.MasterCount;
import io.trivet.model.RebalanceSettings;
import io.trivet.model.Refusal;
import io.trivet.model.SweepSettings;
import io.trivet.model.TrivetException;
import java.time.Instant;
import java.util.List;

/** The settings of the cluster, and the version of its view. */
final class Settings {
    /**
     * The format of rows without any of what {@link #FORMAT} adds. A cluster without it can be
     * downgraded to a release that does not know it.
     */
    static final int FIRST_FORMAT = 1;

    /** With usage, quotas, limits and attributes. */
    static final int ADDITIONS_FORMAT = 2;

    /** With files that share a content, and uploads in pieces. */
    static final int CONTENTS_FORMAT = 3;

    /**
     * With empty files that have no chunk, symbolic links, and mode, owner and time of directories.
     */
    static final int ENTRIES_FORMAT = 4;

    /** With changed files, whose chunks are those of several contents. */
    static final int EXTENTS_FORMAT = 5;

    /** The latest format that this release reads. */
    static final int FORMAT = EXTENTS_FORMAT;

    private static final int FIRST_EPOCH = 1;

    private final Transaction rows;

    Settings(Transaction rows) {
        this.rows = rows;
    }

    /** Whether there is, or ever was, a file with several contents. */
    boolean hasChangedFiles() {
        SettingsRow row = rows.get(RowKeys.SETTINGS, SettingsRow.parser());
        return row != null && row.getFormat() >= EXTENTS_FORMAT;
    }

    boolean founded() {
        return rows.has(RowKeys.SETTINGS);
    }

    /** Throws {@link TrivetException} before the cluster is founded. */
    SettingsRow row() {
        SettingsRow row = rows.get(RowKeys.SETTINGS, SettingsRow.parser());
        if (row == null) {
            throw TrivetException.of(Refusal.Kind.NO_QUORUM, "", "no cluster was founded here yet");
        }
        return row;
    }

    void found(String cluster, int chunkSize, int replicasWanted, long trashSeconds) {
        TrashRows.checkSeconds(trashSeconds);
        rows.put(
                RowKeys.SETTINGS,
                SettingsRow.newBuilder()
                        .setCluster(cluster)
                        .setChunkSize(chunkSize)
                        .setReplicasWanted(replicasWanted)
                        .setEpoch(FIRST_EPOCH)
                        .setTrashSeconds(trashSeconds)
                        .setFormat(FIRST_FORMAT)
                        .build());
    }

    /**
     * Throws {@link LaterReleaseException} if a later release wrote the rows, because this one may
     * misread them.
     */
    void requireKnownFormat() {
        int found = founded() ? row().getFormat() : 0;
        if (found > FORMAT) {
            throw new LaterReleaseException(
                    "the namespace's rows have format " + found + ", and this release knows formats up to " + FORMAT);
        }
    }

    /** From then on releases that do not know this format refuse to read the rows. */
    void raiseFormat(int format) {
        if (row().getFormat() < format) {
            rows.put(RowKeys.SETTINGS, row().toBuilder().setFormat(format).build());
        }
    }

    SweepSettings sweeping() {
        return StateCodec.sweeping(row().getSweepingOff(), row().getGraceSeconds());
    }

    /** Enables or disables sweeping (rule 4). */
    void sweep(Command.SetSweeping set) {
        if (set.graceSeconds() < 0 || set.graceSeconds() > Command.MAX_GRACE_SECONDS) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST,
                    "",
                    "a grace is 1 to " + Command.MAX_GRACE_SECONDS + " seconds, not " + set.graceSeconds());
        }
        SettingsRow.Builder row = row().toBuilder().setSweepingOff(!set.on());
        rows.put(RowKeys.SETTINGS, (set.graceSeconds() == 0 ? row : row.setGraceSeconds(set.graceSeconds())).build());
    }

    RebalanceSettings rebalancing() {
        return StateCodec.from(row().getRebalancing());
    }

    void rebalance(Command.SetRebalancing set) {
        RebalanceSettings now = rebalancing();
        RebalanceSettings next = new RebalanceSettings(
                set.paused() instanceof Boolean paused ? paused : now.paused(),
                set.bytesPerSecond() < 0 ? now.bytesPerSecond() : set.bytesPerSecond(),
                set.automatic() instanceof Boolean automatic ? automatic : now.automatic());
        rows.put(
                RowKeys.SETTINGS,
                row().toBuilder().setRebalancing(StateCodec.to(next)).build());
    }

    /** Sets the R that an operator asked for. */
    void want(int replicas) {
        rows.put(RowKeys.SETTINGS, row().toBuilder().setReplicasWanted(replicas).build());
    }

    int mastersWanted() {
        return MasterCount.of(row().getMastersWanted());
    }

    void masters(Command.SetMasters set) {
        if (!MasterCount.CHOICE.contains(set.masters())) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST, "", "a cluster has 1, 3 or 5 masters, not " + set.masters());
        }
        rows.put(
                RowKeys.SETTINGS,
                row().toBuilder().setMastersWanted(set.masters()).build());
    }

    List<KeySuccession> successions() {
        return row().getSuccessionsList().stream().map(StateCodec::from).toList();
    }

    /** Compare-and-set: of two concurrent changes one succeeds. */
    void rekey(Command.Rekey rekey, long departures) {
        int before = row().getSuccessionsCount();
        if (rekey.before() != before) {
            throw TrivetException.of(
                    Refusal.Kind.ALREADY_EXISTS,
                    "",
                    "the cluster's keys were changed " + before + " times, not " + rekey.before());
        }
        if (before >= KeySuccession.MAX) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST, "", "the cluster's keys were changed " + before + " times already");
        }
        KeySuccession said = rekey.keySuccession();
        KeySuccession counted = new KeySuccession(said.authority(), said.voucher(), said.before(), departures + 1);
        rows.put(
                RowKeys.SETTINGS,
                row().toBuilder().addSuccessions(StateCodec.to(counted)).build());
    }

    void keepTrash(long seconds) {
        TrashRows.checkSeconds(seconds);
        rows.put(RowKeys.SETTINGS, row().toBuilder().setTrashSeconds(seconds).build());
    }

    /**
     * The entry with this index changed nodes, layouts or settings. The version rises even if a
     * restore has raised it above the index.
     */
    void changedBy(long index) {
        rows.putNumber(RowKeys.VIEW_VERSION, Math.max(index, viewVersion() + 1));
    }

    /** The latest time of any entry. */
    Instant time() {
        return Instant.ofEpochMilli(rows.number(RowKeys.TIME));
    }

    long viewVersion() {
        return rows.number(RowKeys.VIEW_VERSION);
    }
}
