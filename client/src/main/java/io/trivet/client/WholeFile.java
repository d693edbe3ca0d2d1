package io.trivet.client;

import io.trivet.model.Checksums;
import io.trivet.model.FileRecord;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;

/** The last check of a load: the checksum of all bytes against the record's. */
final class WholeFile {
    private WholeFile() {}

    static TrivetException differs(FileRecord record, String name, int found) {
        return TrivetException.of(
                Refusal.Kind.CORRUPT,
                name,
                "crc32c of the whole is " + Checksums.text(found) + ", the record says "
                        + Checksums.text(record.crc32c()) + ": nothing was loaded");
    }
}
