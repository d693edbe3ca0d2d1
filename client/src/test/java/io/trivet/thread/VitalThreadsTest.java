package io.trivet.thread;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class VitalThreadsTest {
    private final List<String> deaths = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch died = new CountDownLatch(1);

    @AfterEach
    void hearNothing() {
        VitalThreads.whenOneDies((_, _) -> {});
    }

    @Test
    void theDeathOfAThreadIsReported() throws InterruptedException {
        listen();
        VitalThreads.start("vital-broken", () -> {
            throw new OutOfMemoryError("a test has no more");
        });
        assertThat(died.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(deaths).containsExactly("vital-broken: java.lang.OutOfMemoryError: a test has no more");
    }

    @Test
    void aThreadThatWasToldToEndDidNotDie() throws InterruptedException {
        listen();
        Thread thread = VitalThreads.start("vital-closed", () -> {});
        thread.join(20_000);
        assertThat(thread.isAlive()).isFalse();
        assertThat(deaths).isEmpty();
    }

    private void listen() {
        VitalThreads.whenOneDies((name, cause) -> {
            if (name.startsWith("vital-")) {
                deaths.add(name + ": " + cause);
                died.countDown();
            }
        });
    }
}
