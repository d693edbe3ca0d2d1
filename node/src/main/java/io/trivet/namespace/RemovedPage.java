package io.trivet.namespace;

import io.trivet.model.FileId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of removed files.
 *
 * @param next where the next page begins; null after the last. A page before the last may be empty
 */
public record RemovedPage(List<FileId> ids, @Nullable FileId next) {
    public RemovedPage {
        ids = List.copyOf(ids);
    }
}
