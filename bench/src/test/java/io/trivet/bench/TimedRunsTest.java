package io.trivet.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The arithmetic of measurements. */
class TimedRunsTest {
    private static final TimedRuns RUNS = new TimedRuns(List.of(
            new TimedRuns.Run(10, 100, 50),
            new TimedRuns.Run(1000, 2, 1),
            new TimedRuns.Run(500, 4, 3),
            new TimedRuns.Run(1000, 1, 0.5)));

    @Test
    void theMedianIsTheOneInTheMiddleOrBetweenTheTwo() {
        assertThat(Series.of(5).median()).isEqualTo(5);
        assertThat(Series.of(9, 1, 5).median()).isEqualTo(5);
        assertThat(Series.of(9, 1, 5, 6).median()).isEqualTo(5.5);
        assertThat(Series.of(9, 1, 5).least()).isEqualTo(1);
        assertThat(Series.of(9, 1, 5).most()).isEqualTo(9);
        assertThatThrownBy(Series::of).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theFirstRunDoesNotCountForTheMedian() {
        assertThat(RUNS.seconds().median()).isEqualTo(2);
        assertThat(RUNS.seconds().first()).isEqualTo(100);
        assertThat(RUNS.seconds().warm().values()).containsExactly(2.0, 4.0, 1.0);
        assertThatThrownBy(() -> new TimedRuns(List.of(new TimedRuns.Run(1, 1, 1))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRateIsOfTheFilesThatWereDone() {
        assertThat(RUNS.rate().warm().values()).containsExactly(500.0, 125.0, 1000.0);
        assertThat(RUNS.cpuMsPerFile().warm().values()).containsExactly(1.0, 6.0, 0.5);
        assertThat(RUNS.cpuSecondsPerGibibyte(512L << 20).median()).isCloseTo(2, within(1e-9));
    }
}
