package io.trivet.node.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class NamespaceCopiesTest {
    private static final Duration EVERY = Duration.ofSeconds(30);
    private static final long GIBIBYTE = 1L << 30;

    /**
     * A copy of 1 GiB is made at most every 1,024 s: nodes restarted one after another would all
     * fetch it at once.
     */
    @Test
    void aStartIsNoReasonToCopyALargeNamespaceBeforeItsTime() {
        assertThat(NamespaceCopies.untilFirst(GIBIBYTE, Duration.ofSeconds(24), EVERY))
                .isEqualTo(Duration.ofSeconds(1000));
        assertThat(NamespaceCopies.untilFirst(1000, Duration.ofSeconds(24), EVERY))
                .isEqualTo(Duration.ofSeconds(6));
    }

    @Test
    void aCopyThatIsOldOrMissingOrFromTheFutureIsMadeSoon() {
        Duration soon = Duration.ofSeconds(2);
        assertThat(NamespaceCopies.untilFirst(GIBIBYTE, Duration.ofDays(1), EVERY))
                .isEqualTo(soon);
        assertThat(NamespaceCopies.untilFirst(0, EVERY, EVERY)).isEqualTo(soon);
        assertThat(NamespaceCopies.untilFirst(GIBIBYTE, Duration.ofDays(-1), EVERY))
                .isEqualTo(soon);
    }
}
