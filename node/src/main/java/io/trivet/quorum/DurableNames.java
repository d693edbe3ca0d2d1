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
 * Makes the names in the directory of the log durable. Ratis forces its files to disk, not their
 * names: after a power cut a renamed vote could be the one before, and a new segment be gone. So
 * the directory is forced before a vote or an answer leaves, and before an entry counts as written.
 * Any thread.
 */
final class DurableNames {
    /** Two changes so near to each other may bear the same time. */
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
     * On return all names that are there now are on stable storage. Where none changed, it costs
     * one look at the directory.
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
