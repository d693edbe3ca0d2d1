package io.trivet.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class DiskSelectorTest {
    private static final UUID A = new UUID(1, 2);
    private static final UUID B = new UUID(1, 3);

    @Test
    void disksFillInProportionToWhatTheyHaveFree() {
        int onA = 0;
        for (int i = 1; i <= 20_000; i++) {
            double a = DiskSelector.draw(A, 3_000_000_000_000L, TestChunks.id(1 + i / 100, 1 + i % 100));
            double b = DiskSelector.draw(B, 1_000_000_000_000L, TestChunks.id(1 + i / 100, 1 + i % 100));
            onA += a < b ? 1 : 0;
        }
        assertThat(onA / 20_000.0).isCloseTo(0.75, Offset.offset(0.02));
    }

    @Test
    void fullDiskIsTheLastChoice() {
        assertThat(DiskSelector.draw(A, 0, TestChunks.id(1, 1))).isInfinite();
        assertThat(DiskSelector.draw(A, 1, TestChunks.id(1, 1))).isFinite().isPositive();
    }
}
