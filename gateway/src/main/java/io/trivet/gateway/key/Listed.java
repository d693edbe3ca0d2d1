package io.trivet.gateway.key;

import io.trivet.model.FileRecord;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One line of a list of keys. */
public sealed interface Listed {
    /** As clients say it. */
    String key();

    /**
     * A file.
     *
     * @param sums what the gateway keeps beside it; null if there is nothing
     */
    record StoredObject(
            String key, FileRecord record, @Nullable String sums) implements Listed {}

    /** A directory that holds nothing, whose key ends with a slash. */
    record Marker(String key, Instant modified) implements Listed {}

    /** Stands for all keys that begin with it. */
    record Group(String key) implements Listed {}
}
