package io.trivet.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Checksums;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.Sha256;
import io.trivet.model.Slot;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ChunkSumsTest {
    private static final ChunkSize CHUNK = new ChunkSize(64 << 10);

    private static FileRecord file(long size) {
        return new FileRecord(new FileId(1, 1), size, CHUNK, new Slot(0), 0, Instant.EPOCH, "", 0);
    }

    @Test
    void theSumOfAllFollowsFromThoseOfChunksInAnyOrder() {
        byte[] bytes = new byte[3 * CHUNK.bytes() + 5];
        new Random(1).nextBytes(bytes);
        FileRecord record = file(bytes.length);
        ChunkSums sums = new ChunkSums(record);
        for (int number : new int[] {4, 2, 1}) {
            sums.set(number, sum(bytes, record, number));
        }
        assertThat(sums.has(3)).isFalse();
        assertThatThrownBy(sums::whole).isInstanceOf(IllegalStateException.class);
        sums.set(3, sum(bytes, record, 3));
        List<Sha256> chunks = IntStream.rangeClosed(1, 4)
                .mapToObj(number -> sum(bytes, record, number).sha256())
                .toList();
        assertThat(sums.whole())
                .isEqualTo(new ContentSums(Checksums.of(ByteBuffer.wrap(bytes)), Sha256.ofChunks(chunks)));
        RunningSums running = new RunningSums(CHUNK);
        running.append(ByteBuffer.wrap(bytes, 0, 100_000));
        running.append(ByteBuffer.wrap(bytes, 100_000, bytes.length - 100_000));
        assertThat(running.finish()).isEqualTo(sums.whole());
    }

    private static ContentSums sum(byte[] bytes, FileRecord record, int number) {
        ByteBuffer chunk = ByteBuffer.wrap(bytes, (int) CHUNK.offsetOf(number), record.chunkLength(number));
        return new ContentSums(Checksums.of(chunk), Sha256.of(chunk));
    }

    /** 0 is a valid checksum. */
    @Test
    void aChunkWhoseChecksumIsZeroIsThere() {
        ChunkSums sums = new ChunkSums(file(1));
        ContentSums zero = new ContentSums(0, new Sha256(0, 0, 0, 0));
        sums.set(1, zero);
        assertThat(sums.has(1)).isTrue();
        assertThat(sums.whole()).isEqualTo(zero);
    }

    /**
     * A record that announces the largest number of chunks takes memory only for the chunks that
     * have sums.
     */
    @Test
    void memoryGrowsWithWhatIsThere() {
        ChunkSums sums = new ChunkSums(file((long) ChunkId.MAX_NUMBER * CHUNK.bytes()));
        sums.set(ChunkId.MAX_NUMBER, new ContentSums(7, new Sha256(1, 2, 3, 4)));
        assertThat(sums.has(ChunkId.MAX_NUMBER)).isTrue();
        assertThat(sums.has(1)).isFalse();
    }
}
