package io.trivet.cli.files;

import io.trivet.client.FileTimes;
import io.trivet.client.LocalHash;
import io.trivet.model.FileRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** How a transfer decides about a target that exists. */
public enum Existing {
    /** It is always replaced. */
    REPLACED,
    /** It is kept if size and time are those of the source, or it is newer. */
    UPDATED,
    /** It is kept if size and time are those of the source. */
    MATCHED,
    /** It is kept if its bytes are those of the source. */
    COMPARED;

    /**
     * For a local file that would replace a remote one. Times are compared at the precision that
     * both sides can keep ({@link FileTimes}).
     */
    Verdict ofSave(Path local, FileRecord record) throws IOException {
        return of(local, record, 1);
    }

    /** For a remote file that would replace a local one. */
    Verdict ofLoad(FileRecord record, Path local) throws IOException {
        return of(local, record, -1);
    }

    private Verdict of(Path local, FileRecord record, int direction) throws IOException {
        return switch (this) {
            case REPLACED -> Verdict.TRANSFER;
            case UPDATED -> {
                int order = direction * order(local, record);
                yield order < 0 ? Verdict.TARGET_NEWER : unchangedIf(order == 0 && hasSize(local, record));
            }
            case MATCHED -> unchangedIf(hasSize(local, record) && order(local, record) == 0);
            case COMPARED -> unchangedIf(hasSize(local, record) && hasBytes(local, record));
        };
    }

    private static Verdict unchangedIf(boolean same) {
        return same ? Verdict.UNCHANGED : Verdict.TRANSFER;
    }

    private static int order(Path local, FileRecord record) throws IOException {
        Instant modified = Files.getLastModifiedTime(local).toInstant();
        return FileTimes.compare(local, modified, record.modified());
    }

    private static boolean hasSize(Path local, FileRecord record) throws IOException {
        return Files.size(local) == record.size();
    }

    private static boolean hasBytes(Path local, FileRecord record) throws IOException {
        LocalHash.Summed found = LocalHash.sums(local, record.chunkSize());
        return found.size() == record.size()
                && found.sums().crc32c() == record.crc32c()
                && (record.sha256() == null
                        || record.sha256().equals(found.sums().sha256()));
    }
}
