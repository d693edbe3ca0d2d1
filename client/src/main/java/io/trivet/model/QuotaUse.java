package io.trivet.model;

/**
 * A directory with a quota, and how much is below it.
 *
 * @param usedBytes of the files
 * @param usedFiles names of files and directories
 */
public record QuotaUse(RemotePath directory, Quota quota, long usedBytes, long usedFiles) {}
