package io.trivet.client;

import io.trivet.model.Checksums;
import io.trivet.model.FileRecord;
import io.trivet.model.Refusal;
import io.trivet.model.Sha256;
import io.trivet.model.TrivetException;

/** The last check of a load: compares the checksums of all bytes with the record's. */
final class FileChecksum {
    private FileChecksum() {}

    /** Throws {@code CORRUPT} if they differ. */
    static void require(FileRecord record, String name, ContentSums found) {
        if (found.crc32c() != record.crc32c()) {
            throw differs(
                    name, "crc32c of the whole is ", Checksums.text(found.crc32c()), Checksums.text(record.crc32c()));
        }
        if (!Sha256.agree(record.sha256(), found.sha256())) {
            throw differs(name, "sha256 of the whole is ", found.sha256(), record.sha256() + "");
        }
    }

    private static TrivetException differs(String name, String sum, Object found, String recorded) {
        return TrivetException.of(
                Refusal.Kind.CORRUPT, name, sum + found + ", the record says " + recorded + ": nothing was loaded");
    }
}
