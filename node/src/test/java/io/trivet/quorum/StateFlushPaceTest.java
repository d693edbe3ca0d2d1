package io.trivet.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class StateFlushPaceTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 7);
    private final StateFlushPace pace = new StateFlushPace(nanos::get);

    private void passes(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private boolean applies(int entries) {
        return IntStream.range(0, entries).filter(_ -> pace.isDue()).count() > 0;
    }

    @Test
    void fewEntriesAreNotWorthIt() {
        passes(StateFlushPace.EVERY);

        assertThat(applies(StateFlushPace.ENTRIES - 1)).isFalse();
        assertThat(applies(1)).isTrue();
    }

    @Test
    void soonAfterAStartAndThenSeldom() {
        assertThat(applies(3 * StateFlushPace.ENTRIES)).isFalse();
        passes(StateFlushPace.FIRST);
        assertThat(applies(1)).isTrue();
        pace.flushed();
        passes(StateFlushPace.FIRST);
        assertThat(applies(3 * StateFlushPace.ENTRIES)).isFalse();
        passes(StateFlushPace.EVERY.minus(StateFlushPace.FIRST));
        assertThat(applies(1)).isTrue();
    }

    /** As on a disk without room. */
    @Test
    void itStaysDueUntilItIsDone() {
        passes(StateFlushPace.FIRST);
        applies(StateFlushPace.ENTRIES);

        assertThat(applies(1)).isTrue();
        assertThat(applies(1)).isTrue();
    }
}
