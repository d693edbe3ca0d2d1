package io.trivet.namespace;

import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages.ContentRow;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkRange;
import io.trivet.model.ChunkSize;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.Slot;
import java.util.ArrayList;
import java.util.List;

/**
 * The chunks that were stored under one id. They are kept all together as long as any file has one
 * of them.
 *
 * @param first the slot of chunk 1, whether or not it is among them
 * @param size of the file for which they were stored, from which their lengths follow
 * @param chunks their numbers, in order; ranges that follow each other become one
 */
public record StoredContent(FileId id, ChunkSize chunkSize, Slot first, long size, List<ChunkRange> chunks) {
    public StoredContent {
        int count = chunkSize.chunksOf(size);
        List<ChunkRange> joined = new ArrayList<>();
        for (ChunkRange range : chunks) {
            int before = joined.isEmpty() ? 0 : joined.getLast().to();
            if (range.from() <= before || range.to() > count) {
                throw new IllegalArgumentException("chunks " + chunks + " of a content of " + size + " bytes");
            }
            boolean follows = before > 0 && range.from() == before + 1;
            joined.add(new ChunkRange(follows ? joined.removeLast().from() : range.from(), range.to()));
        }
        chunks = List.copyOf(joined);
    }

    /** All chunks of a file that has one content, as they were stored for it. */
    public static StoredContent of(FileRecord file) {
        return new StoredContent(
                file.content(),
                file.chunkSize(),
                file.first(),
                file.size(),
                List.of(new ChunkRange(1, file.chunkCount())));
    }

    static StoredContent from(FileId id, ContentRow row) {
        return new StoredContent(
                id,
                new ChunkSize(row.getChunkSize()),
                new Slot(row.getFirst()),
                row.getSize(),
                row.getChunksList().stream().map(StateCodec::from).toList());
    }

    ContentRow row() {
        return ContentRow.newBuilder()
                .setChunkSize(chunkSize.bytes())
                .setFirst(first.number())
                .setSize(size)
                .addAllChunks(chunks.stream().map(StateCodec::to).toList())
                .build();
    }

    /** Whether a file may have these of its chunks here: they are stored, with the lengths that it says. */
    boolean has(FileRecord file, ChunkRange range) {
        return chunkSize.equals(file.chunkSize())
                && chunks.stream().anyMatch(each -> each.from() <= range.from() && range.to() <= each.to())
                && length(range.to()) == file.chunkLength(range.to());
    }

    /** The number of chunks. */
    public int count() {
        return chunks.stream().mapToInt(ChunkRange::count).sum();
    }

    /** The bytes of all its chunks. */
    long bytes() {
        long full = (long) count() * chunkSize.bytes();
        int last = chunkSize.chunksOf(size);
        boolean hasLast = !chunks.isEmpty() && chunks.getLast().to() == last;
        return hasLast ? full - chunkSize.bytes() + length(last) : full;
    }

    public ChunkId chunk(int number) {
        return new ChunkId(id, number);
    }

    /** Bytes in chunk {@code number}. */
    public int length(int number) {
        return chunkSize.lengthOf(number, size);
    }

    public Slot slotOf(int number) {
        return first.plus(number - 1L);
    }
}
