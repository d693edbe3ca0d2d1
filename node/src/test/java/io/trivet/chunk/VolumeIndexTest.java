package io.trivet.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.ChunkId;
import io.trivet.model.FileId;
import io.trivet.model.Slot;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The index behaves like a map. */
class VolumeIndexTest {
    private static final Slot SLOT = new Slot(7);

    @Test
    void placesAreKeptWhole() {
        for (int volume : new int[] {1, 77, Integer.MAX_VALUE}) {
            for (long position : new long[] {64, RecordPlace.MAX_POSITION - 64}) {
                for (int bytes : new int[] {64, RecordPlace.MAX_RECORD_BYTES}) {
                    long place = RecordPlace.of(volume, position, bytes);
                    assertThat(RecordPlace.volume(place)).isEqualTo(volume);
                    assertThat(RecordPlace.position(place)).isEqualTo(position);
                    assertThat(RecordPlace.bytes(place)).isEqualTo(bytes);
                }
            }
        }
    }

    @Test
    void itIsAMap() {
        Random random = new Random(1);
        VolumeIndex index = new VolumeIndex();
        Map<ChunkId, Long> expected = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            ChunkId chunk =
                    new ChunkId(new FileId(1 + random.nextInt(2), 1 + random.nextInt(500)), 1 + random.nextInt(3));
            long place = RecordPlace.of(1 + random.nextInt(9), 64L * (1 + i), 128);
            long now = expected.getOrDefault(chunk, RecordPlace.NONE);
            assertThat(index.get(chunk, SLOT)).isEqualTo(now);
            switch (random.nextInt(4)) {
                case 0 -> {
                    assertThat(index.remove(chunk, SLOT, now)).isEqualTo(now != RecordPlace.NONE);
                    expected.remove(chunk);
                }
                case 1 -> {
                    assertThat(index.remove(chunk, SLOT, place)).isFalse();
                    assertThat(index.replace(chunk, SLOT, place, 5)).isFalse();
                }
                default -> {
                    assertThat(index.put(chunk, SLOT, place)).isEqualTo(now);
                    expected.put(chunk, place);
                }
            }
            assertThat(index.size()).isEqualTo(expected.size());
        }
        Map<ChunkId, Long> found = new HashMap<>();
        index.each((chunk, slot, place) -> {
            assertThat(slot).isEqualTo(SLOT);
            assertThat(found.put(chunk, place)).isNull();
        });
        assertThat(found).isEqualTo(expected);
    }
}
