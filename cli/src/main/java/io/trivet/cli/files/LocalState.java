package io.trivet.cli.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * By what a local file shows that it was changed. Links are not followed.
 *
 * @param modified null if nothing is there
 * @param key of the file in its file system, where that has one
 */
record LocalState(
        long size, @Nullable Instant modified, @Nullable Object key) {
    static final LocalState ABSENT = new LocalState(-1, null, null);

    static LocalState of(Path file) throws IOException {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return new LocalState(
                    attributes.size(), attributes.lastModifiedTime().toInstant(), attributes.fileKey());
        } catch (NoSuchFileException _) {
            return ABSENT;
        }
    }
}
