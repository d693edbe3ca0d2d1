package io.trivet.namespace;

import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages.NameRow;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;

/** A file or directory and its place. */
record DirectoryEntry(EntryKey entryKey, NameRow row) {
    boolean isDirectory() {
        return switch (row.getKindCase()) {
            case DIRECTORY -> true;
            case FILE -> false;
            case KIND_NOT_SET ->
                throw new IllegalStateException("neither file nor directory at " + RowKeys.text(entryKey.key()));
        };
    }

    /** The number of this directory. */
    long directory() {
        return row.getDirectory().getId();
    }

    FileRecord record() {
        return StateCodec.from(row.getFile());
    }

    FileId file() {
        return new FileId(row.getFile().getEpoch(), row.getFile().getCounter());
    }

    NameEntry entry() {
        String name = entryKey.name().toStringUtf8();
        return isDirectory()
                ? StateCodec.directory(name, row.getDirectory())
                : StateCodec.recorded(name, record(), row.getSerializedSize());
    }
}
