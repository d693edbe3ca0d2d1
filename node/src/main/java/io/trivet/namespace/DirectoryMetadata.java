package io.trivet.namespace;

import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages.DirectoryRecord;
import io.trivet.message.StateMessages.NameRow;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Mode, owner and time of a directory, in its row: a directory for which none was set costs what it
 * cost before. A change of the names in it sets its time again, and leaves mode and owner.
 */
final class DirectoryMetadata {
    private final Transaction rows;

    DirectoryMetadata(Transaction rows) {
        this.rows = rows;
    }

    /** What is null stays. Throws {@link IllegalArgumentException} for what is no mode or owner. */
    void set(DirectoryEntry directory, @Nullable Integer mode, @Nullable Instant modified, @Nullable String owner) {
        DirectoryRecord.Builder record = directory.row().getDirectory().toBuilder();
        if (mode != null) {
            record.setMode(mode);
        }
        if (modified != null) {
            record.setModifiedMs(modified.toEpochMilli()).setModifiedNanos(StateCodec.nanosOf(modified));
        }
        if (owner != null) {
            record.setOwner(owner);
        }
        DirectoryRecord changed = record.build();
        StateCodec.directory("", changed); // checks it
        rows.put(
                directory.entryKey().key(),
                NameRow.newBuilder().setDirectory(changed).build());
    }
}
