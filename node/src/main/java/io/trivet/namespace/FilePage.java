package io.trivet.namespace;

import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of files in the order of their ids.
 *
 * @param next where the next page begins; null after the last. A page before the last may be short
 *     or empty
 */
public record FilePage(List<FileRecord> files, @Nullable FileId next) {
    public FilePage {
        files = List.copyOf(files);
    }
}
