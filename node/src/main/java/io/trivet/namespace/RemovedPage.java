package io.trivet.namespace;

import io.trivet.model.FileId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of removed files that were asked for.
 *
 * @param next where the next page begins; null after the last. A page may be empty before the last one
 */
public record RemovedPage(List<FileId> ids, @Nullable FileId next) {
    public RemovedPage {
        ids = List.copyOf(ids);
    }
}
