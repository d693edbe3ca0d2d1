package io.trivet.client;

import io.trivet.model.FileRecord;
import java.time.Duration;

/**
 * A file that was loaded whole: every block and the whole agreed with their checksums.
 *
 * @param resumedChunks chunks that were there from an earlier try and did not travel again
 */
public record LoadSummary(FileRecord record, Duration duration, int resumedChunks) {
    public LoadSummary(FileRecord record, Duration duration) {
        this(record, duration, 0);
    }
}
