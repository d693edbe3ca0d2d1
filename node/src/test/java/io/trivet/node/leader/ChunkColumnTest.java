package io.trivet.node.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.ChunkId;
import io.trivet.model.FileId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class ChunkColumnTest {
    @Test
    void chunksComeBackAsTheyWereAdded() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        TreeMap<ChunkId, Integer> chunks = new TreeMap<>();
        for (int i = 0; i < 20_000; i++) {
            int epoch = random.nextInt(8) == 0 ? Integer.MAX_VALUE - random.nextInt(3) : 1 + random.nextInt(3);
            long counter = random.nextInt(8) == 0 ? Long.MAX_VALUE - random.nextInt(1000) : 1 + random.nextInt(5000);
            int number = random.nextInt(8) == 0 ? ChunkId.MAX_NUMBER - random.nextInt(9) : 1 + random.nextInt(9);
            chunks.put(new ChunkId(new FileId(epoch, counter), number), random.nextInt(Integer.MAX_VALUE));
        }
        ChunkColumn column = new ChunkColumn();
        chunks.forEach(column::add);

        List<ChunkId> read = new ArrayList<>();
        List<Integer> lengths = new ArrayList<>();
        for (ChunkColumn.Reading reading = column.read(); reading.next(); ) {
            read.add(reading.chunk());
            lengths.add(reading.length());
        }
        assertThat(read).as("seed %d", seed).containsExactlyElementsOf(chunks.keySet());
        assertThat(lengths).as("seed %d", seed).containsExactlyElementsOf(chunks.values());
    }

    @Test
    void whatDoesNotComeInOrderIsRefused() {
        ChunkColumn column = new ChunkColumn();
        column.add(new ChunkId(new FileId(1, 2), 1), 5);
        assertThatThrownBy(() -> column.add(new ChunkId(new FileId(1, 2), 1), 5))
                .isInstanceOf(IllegalStateException.class);
    }

    /**
     * The basis of {@link CensusPass#MAX_CHUNKS}: files of one chunk each, of which every 2,520th
     * is in the slot.
     */
    @Test
    void aChunkTakesAboutSevenBytes() {
        ChunkColumn column = new ChunkColumn();
        for (int i = 1; i <= 100_000; i++) {
            column.add(new ChunkId(new FileId(7, i * 2520L), 1), 50 << 20);
        }
        assertThat(column.room()).isLessThanOrEqualTo(100_000 * 14);
    }
}
