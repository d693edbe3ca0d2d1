package io.trivet.namespace;

/**
 * The uploads in progress that a user began.
 *
 * @param bytes of their pieces
 */
public record UserUploads(int uploads, long bytes) {}
