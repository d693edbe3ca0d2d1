package io.trivet.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RetryBackoffTest {
    private final AtomicLong nanos = new AtomicLong(7);
    private final RetryBackoff pause = new RetryBackoff(nanos::get);

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    /** The time until the next attempt is allowed, in whole seconds. */
    private long seconds() {
        long waited = 0;
        while (!pause.isOver()) {
            pass(Duration.ofSeconds(1));
            waited++;
        }
        return waited;
    }

    @Test
    void theFirstTryIsAtOnce() {
        assertThat(pause.isOver()).isTrue();
    }

    @Test
    void aDiskThatIsNotThereIsLookedForEveryMinuteAtLeast() {
        assertThat(pause.isOver()).isTrue();
        long last = 0;
        for (int i = 0; i < 20; i++) {
            pause.failed();
            long next = seconds();
            assertThat(next).isBetween(Math.max(5, last), 60L);
            last = next;
        }
        assertThat(last).isEqualTo(60);
    }

    /** Each return would cost a loss and a repair of everything on it. */
    @Test
    void aDiskThatFailsSoonAfterItIsBackIsTakenBackMoreAndMoreSeldom() {
        long last = -1;
        for (int i = 0; i < 20; i++) {
            long next = seconds();
            assertThat(next).isGreaterThanOrEqualTo(last);
            last = next;
            pause.succeeded();
        }
        assertThat(last).isEqualTo(3600);

        pass(Duration.ofHours(2));
        assertThat(seconds()).isZero();
    }
}
