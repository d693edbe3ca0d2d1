package io.trivet.node.leader;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Rule 5: a grace is never too short, whatever clocks do. */
final class GraceClockTest {
    private static final Duration GRACE = Duration.ofSeconds(100);
    private static final long SECOND = 1_000_000_000;

    @Test
    void whatWasRemovedBeforeAMarkIsOverAGraceAfterIt() {
        GraceClock graceClock = new GraceClock();
        assertThat(graceClock.pass(0, at(1000), GRACE)).isEmpty();
        assertThat(graceClock.pass(99 * SECOND, at(5000), GRACE)).isEmpty();
        assertThat(graceClock.pass(100 * SECOND, at(9000), GRACE)).isEqualTo(Optional.of(at(1000)));
        assertThat(graceClock.pass(101 * SECOND, at(9000), GRACE)).isEmpty();
        assertThat(graceClock.pass(199 * SECOND, at(9000), GRACE)).isEqualTo(Optional.of(at(5000)));
    }

    @Test
    void aNewLeaderWaitsAWholeGraceAgain() {
        GraceClock graceClock = new GraceClock();
        graceClock.pass(0, at(1000), GRACE);
        graceClock.begin();
        assertThat(graceClock.pass(100 * SECOND, at(2000), GRACE)).isEmpty();
        assertThat(graceClock.pass(200 * SECOND, at(2000), GRACE)).isEqualTo(Optional.of(at(2000)));
    }

    /** The times in the log may leap ahead, and then stand still; real time is what a reader needs. */
    @Test
    void noRemovalIsOverBeforeAGraceOfRealTimeHasPassed() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        GraceClock graceClock = new GraceClock();
        long now = 0;
        long logTime = 0;
        long[] removedAt = new long[2000];
        long[] stamp = new long[2000];
        for (int i = 0; i < 2000; i++) {
            now += random.nextInt(5) * SECOND;
            logTime += random.nextInt(20) == 0 ? random.nextInt(100_000) : random.nextInt(2);
            removedAt[i] = now;
            stamp[i] = logTime;
            Optional<Instant> over = graceClock.pass(now, at(logTime), GRACE);
            for (int j = 0; over.isPresent() && j <= i; j++) {
                if (at(stamp[j]).isBefore(over.get())) {
                    assertThat(now - removedAt[j]).as("seed " + seed).isGreaterThanOrEqualTo(GRACE.toNanos());
                }
            }
        }
    }

    private static Instant at(long seconds) {
        return Instant.ofEpochSecond(seconds);
    }
}
