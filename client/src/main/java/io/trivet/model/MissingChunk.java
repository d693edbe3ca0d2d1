package io.trivet.model;

/**
 * A chunk of a recorded file that no node holds.
 *
 * @param path of the file when the census ended
 */
public record MissingChunk(RemotePath path, ChunkId chunk) {}
