package io.trivet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** Which content has which chunk of a changed file, compared with a plain list. */
final class ExtentsTest {
    private static final ChunkSize CHUNK = new ChunkSize(64 << 10);

    private static FileRecord file(int chunks, int lastBytes) {
        return new FileRecord(
                new FileId(1, 1),
                (chunks - 1L) * CHUNK.bytes() + lastBytes,
                CHUNK,
                new Slot(5),
                0,
                Instant.EPOCH,
                "ada",
                0640);
    }

    private static FileRecord changed(FileRecord file, long id, long size, ChunkRange... chunks) {
        return file.changed(
                new FileId(1, id),
                new Slot((int) id * 7 % Slot.COUNT),
                CHUNK,
                List.of(chunks),
                size,
                1,
                null,
                Instant.EPOCH);
    }

    @Test
    void aChangeInTheMiddleLeavesTheOtherChunksWhereTheyWere() {
        FileRecord file = file(5, 10);
        FileRecord after = changed(file, 2, file.size(), new ChunkRange(3, 3));
        assertThat(after.id()).isEqualTo(new FileId(1, 2));
        assertThat(after.chunk(2)).isEqualTo(new ChunkId(file.id(), 2));
        assertThat(after.chunk(3)).isEqualTo(new ChunkId(after.id(), 3));
        assertThat(after.chunk(4)).isEqualTo(new ChunkId(file.id(), 4));
        assertThat(after.slotOf(3)).isEqualTo(new Slot(14 + 2));
        assertThat(after.slotOf(4)).isEqualTo(new Slot(5 + 3));
        assertThat(after.contents()).containsExactly(file.id(), after.id());
        assertThat(after.extents()).hasSize(3);
        assertThat(after.owner()).isEqualTo("ada");
    }

    @Test
    void aFileWhoseChunksAllChangeIsAPlainFileAgain() {
        FileRecord file = file(3, 10);
        FileRecord after =
                changed(changed(file, 2, file.size(), new ChunkRange(2, 2)), 3, file.size(), new ChunkRange(1, 3));
        assertThat(after.isChanged()).isFalse();
        assertThat(after.isCopy()).isFalse();
        assertThat(after.content()).isEqualTo(after.id());
        assertThat(after.first()).isEqualTo(new Slot(21));
    }

    @Test
    void aFileThatIsCutBetweenChunksHasTheContentOfTheOther() {
        FileRecord file = file(3, 10);
        FileRecord after = changed(file, 2, 2L * CHUNK.bytes());
        assertThat(after.isCopy()).isTrue();
        assertThat(after.content()).isEqualTo(file.id());
        assertThat(after.chunkCount()).isEqualTo(2);
    }

    @Test
    void chunksThatTheFileHadNotOrNotWithThisLengthMustBeNew() {
        FileRecord file = file(3, 10);
        long size = file.size();
        for (Runnable bad : List.<Runnable>of(
                () -> changed(file, 2, size + 1),
                () -> changed(file, 2, size - 1, new ChunkRange(2, 2)),
                () -> changed(file, 2, size + CHUNK.bytes(), new ChunkRange(3, 3)),
                () -> changed(file, 2, size + CHUNK.bytes(), new ChunkRange(4, 4)),
                () -> changed(file, 2, size + 2L * CHUNK.bytes(), new ChunkRange(3, 3), new ChunkRange(5, 5)),
                () -> changed(file, 2, size, new ChunkRange(4, 4)),
                () -> changed(file, 2, size, new ChunkRange(2, 3), new ChunkRange(3, 3)),
                () -> changed(file, 2, size, new ChunkRange(2, 2), new ChunkRange(1, 1)))) {
            assertThatThrownBy(bad::run).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aRecordDoesNotGrowBeyondItsBound() {
        FileRecord file = file(1000, 10);
        for (int i = 0; i < FileRecord.MAX_EXTENTS / 2 - 1; i++) {
            int number = 2 + 4 * i;
            file = changed(file, 2 + i, file.size(), new ChunkRange(number, number));
        }
        FileRecord full = changed(file, 900, file.size(), new ChunkRange(1000, 1000));
        assertThat(full.extents()).hasSize(FileRecord.MAX_EXTENTS);
        assertThatThrownBy(() -> changed(full, 901, full.size(), new ChunkRange(500, 500)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(full.extentsWith(List.of(new ChunkRange(500, 500)), 1000)).hasSize(FileRecord.MAX_EXTENTS + 2);
    }

    @Property(tries = 500)
    void anyChangesAgreeWithAList(@ForAll @LongRange(min = 0, max = Long.MAX_VALUE) long seed) {
        Random random = new Random(seed);
        FileRecord file = file(1 + random.nextInt(20), 1 + random.nextInt(CHUNK.bytes()));
        List<FileId> contents = new ArrayList<>();
        for (int i = 0; i < file.chunkCount(); i++) {
            contents.add(file.id());
        }
        for (int id = 2; id < 12; id++) {
            long size = random.nextBoolean() ? file.size() : 1 + random.nextLong(25L * CHUNK.bytes());
            int count = CHUNK.chunksOf(size);
            TreeSet<Integer> numbers = new TreeSet<>();
            for (int n = 1; n <= count; n++) {
                if (n > file.chunkCount() || CHUNK.lengthOf(n, size) != file.chunkLength(n) || random.nextInt(4) == 0) {
                    numbers.add(n);
                }
            }
            ChunkRange[] ranges =
                    numbers.stream().map(n -> new ChunkRange(n, n)).toArray(ChunkRange[]::new);
            file = changed(file, id, size, ranges);
            FileId[] now = Arrays.copyOf(contents.toArray(FileId[]::new), count);
            for (int n : numbers) {
                now[n - 1] = file.id();
            }
            contents = new ArrayList<>(List.of(now));
            for (int n = 1; n <= count; n++) {
                assertThat(file.chunk(n)).isEqualTo(new ChunkId(contents.get(n - 1), n));
            }
            assertThat(file.contents()).containsExactlyInAnyOrderElementsOf(new TreeSet<>(contents));
            int next = 1;
            for (int i = 0; i < file.allExtents().size(); i++) {
                assertThat(file.rangeOf(i).from()).isEqualTo(next);
                next = file.rangeOf(i).to() + 1;
            }
            assertThat(next).isEqualTo(count + 1);
        }
    }
}
