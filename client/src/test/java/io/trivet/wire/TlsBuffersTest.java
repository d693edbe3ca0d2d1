package io.trivet.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Large buffers speed up bulk transfers, and callers do not determine how many there are. */
class TlsBuffersTest {
    @Test
    void thereAreNoMoreThanThereAre() {
        List<ByteBuffer> taken = new ArrayList<>();
        try {
            for (int number = 0; number < TlsBuffers.MOST_LARGE + 10; number++) {
                taken.add(TlsBuffers.takeLarge(true));
            }
            assertThat(taken.stream().filter(TlsBuffers::isLarge).count()).isLessThanOrEqualTo(TlsBuffers.MOST_LARGE);
            assertThat(TlsBuffers.isLarge(taken.getLast())).isFalse();
            ByteBuffer own = TlsBuffers.takeLarge(false);
            assertThat(TlsBuffers.isLarge(own)).isTrue();
            TlsBuffers.giveBack(own, false);
        } finally {
            taken.forEach(buffer -> TlsBuffers.giveBack(buffer, true));
        }
        ByteBuffer again = TlsBuffers.takeLarge(true);
        assertThat(TlsBuffers.isLarge(again)).isTrue();
        TlsBuffers.giveBack(again, true);
    }
}
