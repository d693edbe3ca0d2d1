package io.trivet.model;

/**
 * A chunk of a recorded file that no node holds.
 *
 * @param path the file's path when the census ended
 */
public record MissingChunk(RemotePath path, ChunkId chunk) {}
