package io.trivet.client;

import io.trivet.model.Attributes;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is changed beside the content of a file; what is null stays as it is.
 *
 * @param mode POSIX permission bits, 0 to 0777; kept for those who load the file, checked by nobody
 * @param attributes all of them from now on
 */
public record MetadataChange(
        @Nullable Integer mode,
        @Nullable Instant modified,
        @Nullable Attributes attributes) {
    public static final MetadataChange NONE = new MetadataChange(null, null, null);

    /** Of the mode the permissions (0777) are kept. */
    public MetadataChange withMode(int other) {
        return new MetadataChange(other, modified, attributes);
    }

    public MetadataChange withModified(Instant other) {
        return new MetadataChange(mode, other, attributes);
    }

    public MetadataChange withAttributes(Attributes other) {
        return new MetadataChange(mode, modified, other);
    }
}
