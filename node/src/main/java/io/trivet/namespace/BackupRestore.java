package io.trivet.namespace;

import com.google.protobuf.InvalidProtocolBufferException;
import io.trivet.message.StateMessages.SettingsRow;
import io.trivet.model.Command;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;

/**
 * Restores a namespace from a backup, as entries of a new log. Until the last entry the namespace
 * is not founded, so that nothing half-restored is ever served.
 *
 * <p>Numbers that were issued since the backup must not be issued again: file ids get a new epoch
 * (rule 4), sessions and versions begin far above, and some node numbers are skipped.
 */
final class BackupRestore {
    /** The most nodes that may have joined since the backup. */
    static final int SKIPPED_NODES = 16;

    /**
     * Layout and view versions and session numbers begin at the epoch times this, more than one
     * epoch uses.
     */
    static final long NUMBERS_OF_EPOCH = 1L << 32;

    private final Transaction rows;

    BackupRestore(Transaction rows) {
        this.rows = rows;
    }

    /**
     * Whether a row belongs to a restored namespace: not those of sessions, open saves, uploads,
     * tokens, and the log.
     */
    static boolean keeps(byte[] key) {
        return switch (key.length == 0 ? 0 : key[0]) {
            case 'N', 'I', 'D', 'X', 'G', 'Z', 'Y', 'M', 'K', 'L', 'C', 'U', 'E', 'Q', 'H', 'B' -> true;
            case 'F' ->
                java.util.Arrays.equals(key, RowKeys.LAYOUT_HEAD) || java.util.Arrays.equals(key, RowKeys.VIEW_VERSION);
            default -> false;
        };
    }

    void restore(Command.Restore restore) {
        requireUnfounded();
        for (Command.Row row : restore.rows()) {
            if (!keeps(row.key())) {
                throw bad("a row that is not restored: " + RowKeys.text(row.key()));
            }
            rows.put(row.key(), row.value());
        }
    }

    void finish(Command.Restored restored) {
        requireUnfounded();
        SettingsRow settings = parse(restored.settings());
        int epoch = restored.epoch();
        if (epoch <= settings.getEpoch()) {
            throw bad("a restore raises the epoch above " + settings.getEpoch());
        }
        rows.put(
                RowKeys.SETTINGS,
                settings.toBuilder()
                        .setEpoch(epoch)
                        .setSweepingOff(true)
                        .setFormat(Math.max(settings.getFormat(), Settings.FIRST_FORMAT))
                        .build());
        new NodeRegistry(rows).reseat(restored.master(), SKIPPED_NODES);
        new Layouts(rows).republish(epoch * NUMBERS_OF_EPOCH);
        rows.putNumber(RowKeys.VIEW_VERSION, Math.max(rows.number(RowKeys.VIEW_VERSION), epoch * NUMBERS_OF_EPOCH));
        rows.putNumber(
                RowKeys.counter(Counter.SESSIONS), Math.max(rows.count(Counter.SESSIONS), epoch * NUMBERS_OF_EPOCH));
        rows.putNumber(RowKeys.counter(Counter.LIVE_SESSIONS), 0);
        rows.putNumber(RowKeys.counter(Counter.UPLOADS), 0);
        new Quotas(rows).recount();
        new Users(rows).recount();
    }

    private void requireUnfounded() {
        if (rows.has(RowKeys.SETTINGS)) {
            throw TrivetException.of(
                    Refusal.Kind.ALREADY_EXISTS, "", "a backup is restored into nothing, not over a namespace");
        }
    }

    private static SettingsRow parse(byte[] settings) {
        try {
            return SettingsRow.parseFrom(settings);
        } catch (InvalidProtocolBufferException e) {
            throw new TrivetException(
                    new Refusal(Refusal.Kind.CORRUPT, "", "the backup's settings are no settings"), e);
        }
    }

    private static TrivetException bad(String detail) {
        return TrivetException.of(Refusal.Kind.BAD_REQUEST, "", detail);
    }
}
