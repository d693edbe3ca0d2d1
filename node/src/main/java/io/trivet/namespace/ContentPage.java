package io.trivet.namespace;

import io.trivet.model.FileId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Contents in the order of their ids. {@code next}: where the following page begins; null after the last. */
public record ContentPage(
        List<StoredContent> contents, @Nullable FileId next) {
    public ContentPage {
        contents = List.copyOf(contents);
    }
}
