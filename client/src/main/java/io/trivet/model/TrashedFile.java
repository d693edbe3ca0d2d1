package io.trivet.model;

import java.time.Instant;

/**
 * A file in the trash.
 *
 * @param path where it was when it was removed or replaced
 * @param since when that was
 */
public record TrashedFile(RemotePath path, FileRecord record, Instant since) {}
