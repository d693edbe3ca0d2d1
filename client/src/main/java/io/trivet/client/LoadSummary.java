package io.trivet.client;

import io.trivet.model.FileRecord;
import java.time.Duration;

/** A file that was loaded whole: every block and the whole agreed with their checksums. */
public record LoadSummary(FileRecord record, Duration duration) {}
