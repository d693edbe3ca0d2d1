package io.trivet.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StrangerPaceTest {
    private long now = Long.MAX_VALUE - 5; // a clock may overflow
    private final StrangerPace pace = new StrangerPace(() -> now);

    private Duration next() {
        Duration wait = Duration.ofNanos(pace.waitNanos());
        now += wait.toNanos();
        return wait;
    }

    @Test
    void aFewAreAnsweredAtOnceThenOneNowAndThen() {
        for (int request = 0; request < StrangerPace.BURST; request++) {
            assertThat(next()).isZero();
        }
        for (int request = 0; request < 100; request++) {
            assertThat(next()).isEqualTo(StrangerPace.EVERY);
        }
    }

    /** As a client does of a node with a slow disk, however long that takes: an answer that waits would be none. */
    @Test
    void whoAsksWhetherANodeStillRunsNeverWaits() {
        for (int request = 0; request < 1000; request++) {
            assertThat(next()).isZero();
            now += Watchdog.QUIET.toNanos();
        }
    }

    @Test
    void whatWasNotUsedIsRegainedUpToTheBurst() {
        for (int request = 0; request < StrangerPace.BURST + 3; request++) {
            next();
        }
        now += StrangerPace.EVERY.multipliedBy(3).toNanos();
        for (int request = 0; request < 3; request++) {
            assertThat(next()).isZero();
        }
        assertThat(next()).isPositive();
        now += Duration.ofDays(1).toNanos();
        for (int request = 0; request < StrangerPace.BURST; request++) {
            assertThat(next()).isZero();
        }
        assertThat(next()).isEqualTo(StrangerPace.EVERY);
    }
}
