package io.trivet.client;

import io.trivet.model.Sha256;

/**
 * The checksums of a chunk or a file, computed from bytes that were read here.
 *
 * @param sha256 of a file that is cut into chunks, see {@link Sha256}
 */
public record ContentSums(int crc32c, Sha256 sha256) {}
