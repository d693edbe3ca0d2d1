package io.trivet.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Time in which this process did not run does not count as a peer's silence. */
class ProcessClockTest {
    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(100);

    private long nanos = 7;
    private final ProcessClock time = new ProcessClock(() -> nanos);

    private void run(long ticks) {
        for (long i = 0; i < ticks; i++) {
            nanos += TICK;
            time.tick();
        }
    }

    @Test
    void itPassesLikeAnyOtherTimeWhileTheProcessRuns() {
        long before = time.now();
        run(100);
        assertThat(time.now() - before).isEqualTo(100 * TICK);
    }

    /**
     * The first thread that reads the clock after the pause detects it, without the thread that
     * ticks.
     */
    @Test
    void aPauseDoesNotCountWhicheverThreadRunsFirstAfterIt() {
        long before = time.now();
        run(10);
        nanos += TimeUnit.SECONDS.toNanos(12);
        assertThat(time.now() - before).isEqualTo(11 * TICK);
        time.tick();
        run(10);
        assertThat(time.now() - before).isEqualTo(21 * TICK);
    }

    @Test
    void aTickThatIsOnlyLateCounts() {
        long before = time.now();
        nanos += ProcessClock.PAUSE_NANOS;
        assertThat(time.now() - before).isEqualTo(ProcessClock.PAUSE_NANOS);
        time.tick();
        assertThat(time.now() - before).isEqualTo(ProcessClock.PAUSE_NANOS);
    }

    @Test
    void severalPausesAddUp() {
        long before = time.now();
        for (int i = 0; i < 5; i++) {
            nanos += TimeUnit.MINUTES.toNanos(1);
            run(1);
        }
        assertThat(time.now() - before).isLessThan(TimeUnit.SECONDS.toNanos(2));
    }
}
