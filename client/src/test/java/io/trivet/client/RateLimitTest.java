package io.trivet.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RateLimitTest {
    private final RateLimit rateLimit = new RateLimit();

    private static Duration time(Callable<Void> work) throws Exception {
        long begin = System.nanoTime();
        work.call();
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    @Test
    void withoutALimitNothingWaits() throws Exception {
        assertThat(time(() -> {
                    for (int i = 0; i < 1000; i++) {
                        rateLimit.pass(1 << 30);
                    }
                    return null;
                }))
                .isLessThan(Duration.ofSeconds(5));
    }

    /** The first piece goes at once, each other one when the ones before it have had their time. */
    @Test
    void severalTransfersShareOneRate() throws Exception {
        rateLimit.set(1 << 20);
        Duration took = time(() -> {
            try (ExecutorService transfers = Executors.newFixedThreadPool(4)) {
                List<Future<Void>> done = new ArrayList<>();
                for (int i = 0; i < 17; i++) {
                    done.add(transfers.submit(() -> {
                        rateLimit.pass(64 << 10);
                        return null;
                    }));
                }
                for (Future<Void> each : done) {
                    each.get();
                }
            }
            return null;
        });
        assertThat(took).isBetween(Duration.ofMillis(1000), Duration.ofSeconds(8));
    }

    /** A pause saves nothing up. */
    @Test
    void afterAPauseTheRateIsTheSame() throws Exception {
        rateLimit.set(1 << 20);
        rateLimit.pass(1);
        Thread.sleep(500);
        Duration took = time(() -> {
            for (int i = 0; i < 6; i++) {
                rateLimit.pass(100 << 10);
            }
            return null;
        });
        assertThat(took).isGreaterThan(Duration.ofMillis(480));
    }

    @Test
    void theLimitCanBeTakenAway() throws Exception {
        rateLimit.set(RateLimit.LEAST);
        rateLimit.pass(100 << 20);
        rateLimit.set(0);
        assertThat(time(() -> {
                    rateLimit.pass(100 << 20);
                    return null;
                }))
                .isLessThan(Duration.ofSeconds(5));
        assertThatThrownBy(() -> rateLimit.set(1)).hasMessageContaining("at least 65536 bytes per second");
    }
}
