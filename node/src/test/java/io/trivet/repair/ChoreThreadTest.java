package io.trivet.repair;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class ChoreThreadTest {
    /** Every node waits for a leader when it starts: that is no failure to log. */
    @Test
    void onlyWhatIsNotAWaitForALeaderIsLogged() throws InterruptedException {
        ListAppender<ILoggingEvent> heard = new ListAppender<>();
        Logger log = (Logger) LoggerFactory.getLogger(ChoreThread.class);
        heard.start();
        @Nullable Level before = log.getLevel();
        log.setLevel(Level.WARN);
        log.addAppender(heard);
        AtomicInteger steps = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(1);
        Chore chore = () -> {
            switch (steps.incrementAndGet()) {
                case 1 -> throw TrivetException.of(Refusal.Kind.NO_QUORUM, "", "no leader is known: ask again");
                case 2 -> throw new IllegalStateException("broken");
                default -> {
                    done.countDown();
                    return Duration.ofDays(1);
                }
            }
        };
        try (ChoreThread _ = new ChoreThread("chore", chore)) {
            assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            log.detachAppender(heard);
            log.setLevel(before);
        }
        assertThat(heard.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "chore failed name=chore cause=\"java.lang.IllegalStateException: broken\" unlogged=0");
    }

    /** A thread that ended by an error would stop its work unnoticed. */
    @Test
    void aChoreOutlivesAnError() throws InterruptedException {
        AtomicInteger steps = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(1);
        try (ChoreThread _ = ChoreThread.every(Duration.ofMillis(1), "chore", () -> {
            if (steps.incrementAndGet() == 1) {
                throw new OutOfMemoryError("a test has no more");
            }
            done.countDown();
        })) {
            assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aFailureThatComesAgainAndAgainIsLoggedOnceAMinute() {
        AtomicLong now = new AtomicLong(5);
        LogRateLimit limit = new LogRateLimit(now::get);
        assertThat(limit.pass("full")).hasValue(0);
        now.addAndGet(LogRateLimit.EVERY.toNanos() - 1);
        assertThat(limit.pass("full")).isEmpty();
        assertThat(limit.pass("full")).isEmpty();
        assertThat(limit.pass("gone")).hasValue(0);
        now.incrementAndGet();
        assertThat(limit.pass("full")).hasValue(2);
        assertThat(limit.pass("full")).isEmpty();
    }

    @Test
    void aLimitForgetsOldSubjects() {
        LogRateLimit limit = new LogRateLimit(() -> 5);
        for (int subject = 0; subject <= LogRateLimit.MAX_SUBJECTS; subject++) {
            assertThat(limit.pass(subject)).hasValue(0);
        }
        assertThat(limit.pass(0)).hasValue(0);
        assertThat(limit.pass(LogRateLimit.MAX_SUBJECTS)).isEmpty();
    }
}
