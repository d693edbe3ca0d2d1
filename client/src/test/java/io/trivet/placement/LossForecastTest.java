package io.trivet.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.ChunkSize;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.Layout;
import io.trivet.model.NodeId;
import io.trivet.model.Slot;
import java.time.Instant;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class LossForecastTest {
    private static final ChunkSize CHUNK = new ChunkSize(ChunkSize.BLOCK_BYTES);
    private static final Layout THREE = Samples.chain(3, 2);

    private static FileRecord file(long size, int first) {
        return new FileRecord(new FileId(1, 1), size, CHUNK, new Slot(first), 0, Instant.EPOCH, "", 0644);
    }

    @Test
    void anyOneOfThreeNodesMayGo() {
        for (NodeId node : Samples.nodes(3)) {
            LossForecast lossForecast = new LossForecast(THREE, Set.of(node));
            assertThat(lossForecast.slots()).isZero();
            assertThat(lossForecast.of(file(1_000_000, 7))).isEqualTo(new LossForecast.OfFile(0, 0));
        }
    }

    /**
     * The table of the original three servers: n0 and n1 together hold chunks 1, 4, 7 and 10 of
     * ten.
     */
    @Test
    void twoOfThreeNodesTakeAThirdWithThem() {
        LossForecast lossForecast = new LossForecast(THREE, Set.of(new NodeId(0), new NodeId(1)));
        assertThat(lossForecast.slots()).isEqualTo(Slot.COUNT / 3);
        assertThat(lossForecast.of(file(10L * CHUNK.bytes(), 0)))
                .isEqualTo(new LossForecast.OfFile(4, 4L * CHUNK.bytes()));
        assertThat(lossForecast.of(file(9L * CHUNK.bytes() + 5, 0)))
                .isEqualTo(new LossForecast.OfFile(4, 3L * CHUNK.bytes() + 5));
    }

    @Test
    void anEmptyFileIsLostWithItsOneChunk() {
        assertThat(new LossForecast(THREE, Set.of(new NodeId(0), new NodeId(1))).of(file(0, 0)))
                .isEqualTo(new LossForecast.OfFile(1, 0));
    }

    @Property(tries = 100)
    void theShortCountIsTheLongOne(
            @ForAll @LongRange(max = 400_000_000) long size,
            @ForAll @IntRange(max = Slot.COUNT - 1) int first,
            @ForAll @IntRange(max = 4) int one,
            @ForAll @IntRange(max = 4) int other) {
        Layout layout = Samples.chain(5, 2);
        Set<NodeId> gone = Set.copyOf(java.util.List.of(new NodeId(one), new NodeId(other)));
        FileRecord file = file(size, first);
        long chunks = 0;
        long bytes = 0;
        for (int number = 1; number <= file.chunkCount(); number++) {
            if (gone.containsAll(layout.homes(file.slotOf(number)))) {
                chunks++;
                bytes += file.chunkLength(number);
            }
        }
        assertThat(new LossForecast(layout, gone).of(file)).isEqualTo(new LossForecast.OfFile(chunks, bytes));
    }
}
