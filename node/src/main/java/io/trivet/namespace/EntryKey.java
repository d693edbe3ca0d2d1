package io.trivet.namespace;

import com.google.protobuf.ByteString;
import io.trivet.message.StateMessages.LocationRow;

/** The place of a file or directory: a name in a directory. */
record EntryKey(long parent, ByteString name) {
    /**
     * The root is the empty name in directory 0, which does not exist; the root itself is directory
     * 1.
     */
    static final EntryKey ROOT = new EntryKey(0, ByteString.EMPTY);

    static final long ROOT_DIRECTORY = 1;

    static EntryKey of(long parent, String name) {
        return new EntryKey(parent, ByteString.copyFromUtf8(name));
    }

    static EntryKey of(LocationRow row) {
        return new EntryKey(row.getParent(), row.getName());
    }

    byte[] key() {
        return RowKeys.name(parent, name);
    }

    LocationRow row() {
        return LocationRow.newBuilder().setParent(parent).setName(name).build();
    }
}
