package io.trivet.client;

import io.trivet.model.Sha256;

/** The checksums of the same bytes, a chunk's or a file's, as they were read or loaded here. */
record ContentSums(int crc32c, Sha256 sha256) {}
