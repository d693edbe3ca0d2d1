package io.trivet.namespace;

import io.trivet.message.AttributesCodec;
import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages.AttributesRow;
import io.trivet.message.StateMessages.NameRow;
import io.trivet.model.Attributes;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is kept beside the content of a file. Mode and times are in its record; attributes, and the
 * target of a symbolic link, have a row of their own under the file's id, so that the record of a
 * file without any stays as small as it was. The row goes with the id: it is there as long as the
 * file can be restored from the trash, and removed when the grace of the id is over.
 */
final class FileMetadata {
    private final Transaction rows;

    FileMetadata(Transaction rows) {
        this.rows = rows;
    }

    static Attributes attributes(Transaction rows, FileId file) {
        AttributesRow row = rows.get(RowKeys.attributes(file), AttributesRow.parser());
        return row == null ? Attributes.NONE : AttributesCodec.from(row);
    }

    /** The target of a symbolic link; empty for a file. */
    static String linkTarget(Transaction rows, FileId file) {
        AttributesRow row = rows.get(RowKeys.attributes(file), AttributesRow.parser());
        return row == null ? "" : row.getLinkTarget();
    }

    /** Of a file. */
    void put(FileId file, Attributes attributes) {
        put(file, attributes, "");
    }

    /** {@code linkTarget}: of a symbolic link; empty for a file. */
    void put(FileId file, Attributes attributes, String linkTarget) {
        if (attributes.isEmpty() && linkTarget.isEmpty()) {
            rows.remove(RowKeys.attributes(file));
        } else {
            new Settings(rows).raiseFormat(Settings.ADDITIONS_FORMAT);
            rows.put(RowKeys.attributes(file), AttributesCodec.row(attributes, linkTarget));
        }
    }

    /** Of a copy; {@code attributes}: others than those of its source, or null for those. */
    void copy(FileId from, FileId to, @Nullable Attributes attributes) {
        put(to, attributes == null ? attributes(rows, from) : attributes, linkTarget(rows, from));
    }

    /** Refusals are {@link TrivetException}s. */
    void set(Command.SetMetadata set, SpaceUsage spaceUsage) {
        DirectoryEntry there = new PathResolver(rows).find(set.path());
        if (set.any()) {
            new Settings(rows).raiseFormat(Settings.ENTRIES_FORMAT);
        }
        try {
            if (there.isDirectory()) {
                setOfDirectory(there, set);
            } else {
                setOfFile(there, set, spaceUsage);
            }
        } catch (IllegalArgumentException e) {
            throw new TrivetException(
                    new Refusal(Refusal.Kind.BAD_REQUEST, set.path().toString(), String.valueOf(e.getMessage())), e);
        }
    }

    private void setOfDirectory(DirectoryEntry directory, Command.SetMetadata set) {
        if (!set.any()) {
            throw TrivetException.of(
                    Refusal.Kind.IS_A_DIRECTORY,
                    set.path().toString(),
                    "directories have no mode, time or attributes that can be set");
        }
        if (set.attributes() != null) {
            throw TrivetException.of(
                    Refusal.Kind.IS_A_DIRECTORY, set.path().toString(), "directories have no attributes");
        }
        new DirectoryMetadata(rows).set(directory, set.mode(), set.modified(), set.owner());
    }

    private void setOfFile(DirectoryEntry there, Command.SetMetadata set, SpaceUsage spaceUsage) {
        FileRecord before = there.record();
        FileRecord record = changed(before, set);
        rows.put(
                there.entryKey().key(),
                NameRow.newBuilder().setFile(StateCodec.to(record)).build());
        if (!record.owner().equals(before.owner())) {
            spaceUsage.own(before, -1);
            spaceUsage.own(record, 1);
        }
        Attributes attributes = set.attributes();
        if (attributes != null) {
            put(record.id(), attributes, linkTarget(rows, record.id()));
        }
    }

    private static FileRecord changed(FileRecord record, Command.SetMetadata set) {
        Integer mode = set.mode();
        Instant modified = set.modified();
        String owner = set.owner();
        return record.with(
                modified == null ? record.modified() : modified,
                owner == null ? record.owner() : owner,
                mode == null ? record.mode() : mode);
    }
}
