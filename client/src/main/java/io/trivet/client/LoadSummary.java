package io.trivet.client;

import io.trivet.model.FileRecord;
import java.time.Duration;

/**
 * A completely loaded file: every block and the whole matched their checksums.
 *
 * @param resumedChunks chunks that an earlier try had loaded
 */
public record LoadSummary(FileRecord record, Duration duration, int resumedChunks) {
    public LoadSummary(FileRecord record, Duration duration) {
        this(record, duration, 0);
    }
}
