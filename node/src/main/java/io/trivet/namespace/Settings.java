package io.trivet.namespace;

import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages.SettingsRow;
import io.trivet.model.Command;
import io.trivet.model.Masters;
import io.trivet.model.Rebalancing;
import io.trivet.model.Refusal;
import io.trivet.model.Sweeping;
import io.trivet.model.TrivetException;
import java.time.Instant;

/** What was set when the cluster was founded, and the version of what everybody may know of it. */
final class Settings {
    /** The format of the rows that this release writes, and the latest it reads. */
    static final int FORMAT = 1;

    private static final int FIRST_EPOCH = 1;

    private final Transaction rows;

    Settings(Transaction rows) {
        this.rows = rows;
    }

    boolean founded() {
        return rows.has(Keys.SETTINGS);
    }

    /** Throws {@link TrivetException} before the cluster is founded. */
    SettingsRow row() {
        SettingsRow row = rows.get(Keys.SETTINGS, SettingsRow.parser());
        if (row == null) {
            throw TrivetException.of(Refusal.Kind.NO_QUORUM, "", "no cluster was founded here yet");
        }
        return row;
    }

    void found(String cluster, int chunkSize, int replicasWanted, long trashSeconds) {
        Trash.checkSeconds(trashSeconds);
        rows.put(
                Keys.SETTINGS,
                SettingsRow.newBuilder()
                        .setCluster(cluster)
                        .setChunkSize(chunkSize)
                        .setReplicasWanted(replicasWanted)
                        .setEpoch(FIRST_EPOCH)
                        .setTrashSeconds(trashSeconds)
                        .setFormat(FORMAT)
                        .build());
    }

    /** Throws {@link LaterReleaseException} where a later release wrote the rows: what this one would make of them nobody knows. */
    void requireKnownFormat() {
        int found = founded() ? row().getFormat() : 0;
        if (found > FORMAT) {
            throw new LaterReleaseException(
                    "the namespace's rows have format " + found + ", and this release knows formats up to " + FORMAT);
        }
    }

    Sweeping sweeping() {
        return StateCodec.sweeping(row().getSweepingOff(), row().getGraceSeconds());
    }

    /** Rule 4: an operator turns sweeping on and off. */
    void sweep(Command.SetSweeping set) {
        if (set.graceSeconds() < 0 || set.graceSeconds() > Command.MAX_GRACE_SECONDS) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST,
                    "",
                    "a grace is 1 to " + Command.MAX_GRACE_SECONDS + " seconds, not " + set.graceSeconds());
        }
        SettingsRow.Builder row = row().toBuilder().setSweepingOff(!set.on());
        rows.put(Keys.SETTINGS, (set.graceSeconds() == 0 ? row : row.setGraceSeconds(set.graceSeconds())).build());
    }

    Rebalancing rebalancing() {
        return StateCodec.from(row().getRebalancing());
    }

    void rebalance(Command.SetRebalancing set) {
        Rebalancing now = rebalancing();
        Rebalancing next = new Rebalancing(
                set.paused() instanceof Boolean paused ? paused : now.paused(),
                set.bytesPerSecond() < 0 ? now.bytesPerSecond() : set.bytesPerSecond(),
                set.automatic() instanceof Boolean automatic ? automatic : now.automatic());
        rows.put(
                Keys.SETTINGS,
                row().toBuilder().setRebalancing(StateCodec.to(next)).build());
    }

    /** R as an operator wants it from now on. */
    void want(int replicas) {
        rows.put(Keys.SETTINGS, row().toBuilder().setReplicasWanted(replicas).build());
    }

    int mastersWanted() {
        return Masters.of(row().getMastersWanted());
    }

    void masters(Command.SetMasters set) {
        if (!Masters.CHOICE.contains(set.masters())) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST, "", "a cluster has 1, 3 or 5 masters, not " + set.masters());
        }
        rows.put(
                Keys.SETTINGS, row().toBuilder().setMastersWanted(set.masters()).build());
    }

    void keepTrash(long seconds) {
        Trash.checkSeconds(seconds);
        rows.put(Keys.SETTINGS, row().toBuilder().setTrashSeconds(seconds).build());
    }

    /** Nodes, layouts or settings are other ones since the entry with this index. The version rises, also where a restore raised it above the index. */
    void changedBy(long index) {
        rows.putNumber(Keys.VIEW_VERSION, Math.max(index, viewVersion() + 1));
    }

    /** The latest time that any entry carried. */
    Instant time() {
        return Instant.ofEpochMilli(rows.number(Keys.TIME));
    }

    long viewVersion() {
        return rows.number(Keys.VIEW_VERSION);
    }
}
