package io.trivet.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchTest {
    private static Batch batch(int files, int threads, Duration limit) {
        return new Batch(Path.of("x"), "x", files, threads, limit);
    }

    private static Set<Integer> upTo(int count) {
        return IntStream.range(0, count).boxed().collect(Collectors.toSet());
    }

    @Test
    void everyFileIsDoneOnce() throws Exception {
        Set<Integer> seen = ConcurrentHashMap.newKeySet();
        int done = batch(1000, 8, Duration.ofMinutes(1))
                .each(number -> assertThat(seen.add(number)).isTrue());
        assertThat(done).isEqualTo(1000);
        assertThat(seen).isEqualTo(upTo(1000));
    }

    /** So that what was saved can be loaded by number. */
    @Test
    void whoIsSlowHasDoneTheFirstOnes() throws Exception {
        Set<Integer> seen = ConcurrentHashMap.newKeySet();
        int done = batch(1_000_000_000, 4, Duration.ofMillis(50)).each(seen::add);
        assertThat(done).isPositive();
        assertThat(seen).isEqualTo(upTo(done));
    }

    @Test
    void whatFailsIsThrown() {
        assertThatThrownBy(() -> batch(10, 2, Duration.ofMinutes(1)).each(_ -> {
                    throw new IOException("no");
                }))
                .hasRootCauseMessage("no");
    }
}
