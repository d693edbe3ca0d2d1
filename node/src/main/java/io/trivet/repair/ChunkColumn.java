package io.trivet.repair;

import io.trivet.model.ChunkId;
import io.trivet.model.FileId;
import io.trivet.wire.Reply;
import java.util.Arrays;
import java.util.List;

/** The chunks that the records put into one slot, in order, with their lengths; 20 bytes for each. One thread. */
final class ChunkColumn {
    private static final int FIRST_ROOM = 8;

    private int[] epochs = new int[FIRST_ROOM];
    private long[] counters = new long[FIRST_ROOM];
    private int[] numbers = new int[FIRST_ROOM];
    private int[] lengths = new int[FIRST_ROOM];
    private int size;

    /** Chunks are added in order. */
    void add(ChunkId chunk, int length) {
        if (size > 0 && chunk(size - 1).compareTo(chunk) >= 0) {
            throw new IllegalStateException(chunk + " comes after " + chunk(size - 1));
        }
        if (size == numbers.length) {
            int room = 2 * size;
            epochs = Arrays.copyOf(epochs, room);
            counters = Arrays.copyOf(counters, room);
            numbers = Arrays.copyOf(numbers, room);
            lengths = Arrays.copyOf(lengths, room);
        }
        epochs[size] = chunk.file().epoch();
        counters[size] = chunk.file().counter();
        numbers[size] = chunk.number();
        lengths[size] = length;
        size++;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    ChunkId chunk(int index) {
        return new ChunkId(new FileId(epochs[index], counters[index]), numbers[index]);
    }

    /** In bytes. */
    int length(int index) {
        return lengths[index];
    }

    /** What is left when these are taken away: a merge of two sorted lists. One of another length is another chunk, and takes nothing away. */
    ChunkColumn without(List<Reply.Held> held) {
        ChunkColumn left = new ChunkColumn();
        int at = 0;
        for (int i = 0; i < size; i++) {
            ChunkId wanted = chunk(i);
            while (at < held.size() && held.get(at).chunk().compareTo(wanted) < 0) {
                at++;
            }
            boolean there = at < held.size()
                    && held.get(at).chunk().equals(wanted)
                    && held.get(at).length() == lengths[i];
            if (!there) {
                left.add(wanted, lengths[i]);
            }
        }
        return left;
    }
}
