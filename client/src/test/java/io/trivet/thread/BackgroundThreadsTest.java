package io.trivet.thread;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class BackgroundThreadsTest {
    /** Neither kind keeps a process alive. */
    @Test
    void bothKindsRunAndAreDaemons() throws InterruptedException {
        for (boolean virtual : new boolean[] {true, false}) {
            AtomicReference<Thread> ran = new AtomicReference<>();
            Thread thread =
                    BackgroundThreads.builder(virtual).name("some").start(() -> ran.set(Thread.currentThread()));
            thread.join();
            assertThat(ran.get()).isSameAs(thread);
            assertThat(thread.isVirtual()).isEqualTo(virtual);
            assertThat(thread.isDaemon()).isTrue();
        }
        assertThat(BackgroundThreads.named("some").unstarted(() -> {}).isVirtual())
                .as("this test runs on Java 25")
                .isTrue();
    }
}
