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

/**
 * What is kept beside the content of a file. Mode and times are in its record; attributes have a row
 * of their own under the file's id, so that the record of a file without any stays as small as it
 * was. The row goes with the id: it is there as long as the file can be restored from the trash, and
 * removed when the grace of the id is over.
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

    void put(FileId file, Attributes attributes) {
        if (attributes.isEmpty()) {
            rows.remove(RowKeys.attributes(file));
        } else {
            new Settings(rows).raiseFormat(Settings.ADDITIONS_FORMAT);
            rows.put(RowKeys.attributes(file), AttributesCodec.row(attributes));
        }
    }

    void set(Command.SetMetadata set) {
        DirectoryEntry there = new PathResolver(rows).find(set.path());
        if (there.isDirectory()) {
            throw TrivetException.of(
                    Refusal.Kind.IS_A_DIRECTORY,
                    set.path().toString(),
                    "directories have no mode, time or attributes that can be set");
        }
        FileRecord record = changed(there.record(), set);
        rows.put(
                there.entryKey().key(),
                NameRow.newBuilder().setFile(StateCodec.to(record)).build());
        Attributes attributes = set.attributes();
        if (attributes != null) {
            put(record.id(), attributes);
        }
    }

    private static FileRecord changed(FileRecord record, Command.SetMetadata set) {
        try {
            Integer mode = set.mode();
            return record.with(
                    set.modified() == null ? record.modified() : set.modified(), mode == null ? record.mode() : mode);
        } catch (IllegalArgumentException e) {
            throw new TrivetException(
                    new Refusal(Refusal.Kind.BAD_REQUEST, set.path().toString(), String.valueOf(e.getMessage())), e);
        }
    }
}
