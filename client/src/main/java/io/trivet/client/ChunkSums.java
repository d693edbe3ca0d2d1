package io.trivet.client;

import io.trivet.model.Checksums;
import io.trivet.model.FileRecord;
import io.trivet.model.Sha256;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The checksums of a file's chunks, set in any order by any thread. Memory grows with the number of
 * sums set, not with the record's number of chunks: a record may claim 2^30 chunks that do not
 * exist.
 */
final class ChunkSums {
    private static final int PAGE = 1 << 14;

    private final FileRecord record;
    private final AtomicReferenceArray<@Nullable ContentSums[]> pages;

    ChunkSums(FileRecord record) {
        this.record = record;
        this.pages = new AtomicReferenceArray<>(Math.ceilDiv(record.chunkCount(), PAGE));
    }

    /** Called once for each chunk, from 1. Visible to a thread that has joined the setting one. */
    void set(int number, ContentSums sums) {
        page(number)[(number - 1) % PAGE] = sums;
    }

    boolean has(int number) {
        @Nullable ContentSums[] page = pages.get((number - 1) / PAGE);
        return page != null && page[(number - 1) % PAGE] != null;
    }

    /** The checksums of the whole file, once all chunks are set. */
    ContentSums whole() {
        int all = 0;
        List<Sha256> strong = new ArrayList<>();
        for (int number = 1; number <= record.chunkCount(); number++) {
            ContentSums sums = page(number)[(number - 1) % PAGE];
            if (sums == null) {
                throw new IllegalStateException("chunk " + number + " has no checksum yet");
            }
            all = Checksums.combine(all, sums.crc32c(), record.chunkLength(number));
            strong.add(sums.sha256());
        }
        return new ContentSums(all, Sha256.ofChunks(strong));
    }

    private @Nullable ContentSums[] page(int number) {
        int index = (number - 1) / PAGE;
        @Nullable ContentSums[] page = pages.get(index);
        if (page == null) {
            pages.compareAndSet(index, null, new ContentSums[Math.min(PAGE, record.chunkCount() - index * PAGE)]);
            page = pages.get(index);
        }
        return page;
    }
}
