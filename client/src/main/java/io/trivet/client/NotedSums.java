package io.trivet.client;

import io.trivet.model.Sha256;
import org.jspecify.annotations.Nullable;

/** The checksums of a chunk in a journal; without SHA-256 if an earlier release wrote it. */
record NotedSums(int crc32c, @Nullable Sha256 sha256) {
    boolean agreesWith(ContentSums sums) {
        return crc32c == sums.crc32c() && Sha256.agree(sha256, sums.sha256());
    }
}
