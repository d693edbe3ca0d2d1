package io.trivet.namespace;

import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages.NameRow;
import io.trivet.model.Entry;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import java.time.Instant;

/** A place with what is there: a file or a directory. */
record Spot(Place place, NameRow row) {
    boolean isDirectory() {
        return switch (row.getKindCase()) {
            case DIRECTORY -> true;
            case FILE -> false;
            case KIND_NOT_SET ->
                throw new IllegalStateException("neither file nor directory at " + Keys.text(place.key()));
        };
    }

    /** The number of the directory that is here. */
    long directory() {
        return row.getDirectory().getId();
    }

    FileRecord record() {
        return StateCodec.from(row.getFile());
    }

    FileId file() {
        return new FileId(row.getFile().getEpoch(), row.getFile().getCounter());
    }

    Entry entry() {
        String name = place.name().toStringUtf8();
        return isDirectory()
                ? new Entry.Directory(
                        name, Instant.ofEpochMilli(row.getDirectory().getModifiedMs()))
                : new Entry.File(name, record(), row.getSerializedSize());
    }
}
