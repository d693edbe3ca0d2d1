package io.trivet.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecentFailuresTest {
    private final AtomicLong nanos = new AtomicLong(-5);
    private final RecentFailures count = new RecentFailures(nanos::get);

    @Test
    void failuresInAShortTimeAddUp() {
        for (int expected = 1; expected <= 16; expected++) {
            assertThat(count.add()).isEqualTo(expected);
        }
    }

    @Test
    void rareFailuresNeverAddUp() {
        for (int i = 0; i < 1000; i++) {
            assertThat(count.add()).isLessThanOrEqualTo(2);
            nanos.addAndGet(RecentFailures.LEAK.toNanos());
        }
    }

    @Test
    void aBurstIsForgottenBitByBit() {
        for (int i = 0; i < 10; i++) {
            count.add();
        }
        nanos.addAndGet(4 * RecentFailures.LEAK.toNanos());
        assertThat(count.add()).isEqualTo(7);
    }
}
