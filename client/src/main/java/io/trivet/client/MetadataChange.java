package io.trivet.client;

import io.trivet.model.Attributes;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is changed beside the content of a file, or of a directory; what is null stays as it is.
 *
 * @param mode POSIX permission bits, 0 to 0777; kept for those who load the file, checked by nobody
 * @param attributes all of them from now on; a directory has none
 * @param owner takes the right to administer; from then on the limits of this user count the file.
 *     Up to 32 printable characters. Not for new files and directories, which belong to the user
 *     who makes them
 */
public record MetadataChange(
        @Nullable Integer mode,
        @Nullable Instant modified,
        @Nullable Attributes attributes,
        @Nullable String owner) {
    public static final MetadataChange NONE = new MetadataChange(null, null, null, null);

    /** Of the mode the permissions (0777) are kept. */
    public MetadataChange withMode(int other) {
        return new MetadataChange(other, modified, attributes, owner);
    }

    public MetadataChange withModified(Instant other) {
        return new MetadataChange(mode, other, attributes, owner);
    }

    public MetadataChange withAttributes(Attributes other) {
        return new MetadataChange(mode, modified, other, owner);
    }

    public MetadataChange withOwner(String other) {
        return new MetadataChange(mode, modified, attributes, other);
    }

    /** Throws {@link IllegalArgumentException} if this says an owner. */
    void requireNoOwner() {
        if (owner != null) {
            throw new IllegalArgumentException("what is made belongs to the user who makes it");
        }
    }
}
