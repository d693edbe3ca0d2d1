package io.trivet.quorum;

import io.trivet.file.FileSync;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Makes the names in the directory of the log durable. Ratis forces its files to disk, but not
 * their names: after a power failure a renamed vote could be the previous one, and a new segment
 * could be gone. So the directory is forced before a vote or an answer leaves, and before an entry
 * counts as written. Any thread.
 */
final class DurableNames {
    /** Two changes closer together may have the same time. */
    private static final Duration TICK = Duration.ofSeconds(1);

    private final Path directory;
    private final Forcing forcing;
    private volatile @Nullable FileTime forced;

    /** Makes the names in a directory durable. */
    interface Forcing {
        void force(Path directory) throws IOException;
    }

    DurableNames(Path directory) {
        this(directory, FileSync::force);
    }

    DurableNames(Path directory, Forcing forcing) {
        this.directory = directory;
        this.forcing = forcing;
    }

    /**
     * On return all current names are on stable storage. If none has changed, it costs one read of
     * the directory's attributes.
     */
    void force() throws IOException {
        FileTime changed = Files.getLastModifiedTime(directory);
        if (!changed.equals(forced)) {
            forcing.force(directory);
            forced = isLongAgo(changed) ? changed : null;
        }
    }

    private static boolean isLongAgo(FileTime changed) {
        return changed.toInstant().isBefore(Instant.now().minus(TICK));
    }
}
