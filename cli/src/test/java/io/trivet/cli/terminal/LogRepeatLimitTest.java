package io.trivet.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The number of lines of an hour of failures, with a simulated clock. */
class LogRepeatLimitTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final LoggerContext context = new LoggerContext();
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private long now;

    private Logger logger(String name, boolean allRequests) {
        context.addTurboFilter(new LogRepeatLimit(() -> now, allRequests));
        lines.setContext(context);
        lines.start();
        context.getLogger("ROOT").addAppender(lines);
        context.getLogger("ROOT").setLevel(Level.INFO);
        return context.getLogger(name);
    }

    private void repeat(int times, Runnable log) {
        for (int i = 0; i < times; i++) {
            log.run();
            now += HOUR.toNanos() / times;
        }
    }

    @Test
    void anHourOfOneFailureThatIsTriedAgainAllTheTimeStaysShort() {
        Logger ratis = logger("org.apache.ratis.server.leader.LogAppender", false);
        repeat(13_000, () -> ratis.warn("Failed to appendEntries (retry={})", now, new IllegalStateException("down")));
        assertThat(lines.list).hasSizeBetween(100, 140);
    }

    @Test
    void allKindsOfMessagesTogetherAreBounded() {
        Logger trivet = logger("io.trivet.repair.Puller", false);
        repeat(1000, () -> {
            for (int kind = 0; kind < 85; kind++) {
                trivet.error("message " + kind + " of chunk {}", now);
            }
        });
        assertThat(lines.list).hasSizeLessThanOrEqualTo(85 * 140);
    }

    /** Messages whose text is put together by the code that logs them cannot fill the memory. */
    @Test
    void manyDifferentMessagesShareOneAllowance() {
        Logger ratis = logger("org.apache.ratis", false);
        repeat(200_000, () -> ratis.warn("at " + now));
        assertThat(lines.list).hasSizeLessThanOrEqualTo(1000 + 140);
    }

    /** A node runs for months: what was logged in its first hour leaves the place to others. */
    @Test
    void messagesThatNobodyLogsAnyMoreAreForgotten() {
        Logger ratis = logger("org.apache.ratis", false);
        repeat(5_000, () -> ratis.warn("at " + now));
        now += HOUR.toNanos();
        lines.list.clear();
        for (int kind = 0; kind < 900; kind++) {
            ratis.warn("another " + kind);
        }
        assertThat(lines.list).hasSize(900);
    }

    /** What differs only in its values is the same message; another message is not held back by it. */
    @Test
    void oneFloodDoesNotHideAnotherMessage() {
        Logger trivet = logger("io.trivet.node.TrivetNode", false);
        for (int i = 0; i < 1000; i++) {
            trivet.warn("accept failed times={}", i);
        }
        trivet.error("vital thread died");
        assertThat(lines.list).hasSize(LogRepeatLimit.BURST + 1);
        assertThat(lines.list.getLast().getFormattedMessage()).isEqualTo("vital thread died");
    }

    @Test
    void requestsAreBoundedUnlessAllAreWanted() {
        Logger some = logger("io.trivet.requests", false);
        repeat(100_000, () -> some.info("refused kind={}", "Ask"));
        assertThat(lines.list).hasSizeLessThanOrEqualTo((int)
                (LogRepeatLimit.REQUEST_BURST + HOUR.dividedBy(LogRepeatLimit.REQUEST_EVERY) + 1));
        context.reset();
        lines.list.clear();
        Logger all = logger("io.trivet.requests", true);
        repeat(100_000, () -> all.info("refused kind={}", "Ask"));
        assertThat(lines.list).hasSize(100_000);
    }
}
