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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class ChoreThreadTest {
    /** Every node waits for a leader when it starts: that is no failure that anybody has to read of. */
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
                .containsExactly("chore failed name=chore cause=\"java.lang.IllegalStateException: broken\"");
    }
}
