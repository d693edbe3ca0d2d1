package io.trivet.node.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Command;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RenameCheckTest {
    private static final Command.Rename RENAME =
            new Command.Rename(RemotePath.parse("/a"), RemotePath.parse("/longer"));
    private static final int LARGE = 11;

    private final RenameCheck check = new RenameCheck(Duration.ofMillis(300));

    /** Looks at so many thousand names. */
    private static void steps(int steps, BooleanSupplier goesOn) {
        for (int step = 0; step < steps; step++) {
            goesOn.getAsBoolean();
        }
    }

    /** A small directory does not wait for large ones. */
    @Test
    void largeOnesTakeTurns() throws InterruptedException {
        CountDownLatch hold = new CountDownLatch(1);
        CountDownLatch under = new CountDownLatch(2);
        Thread[] others = new Thread[2];
        for (int number = 0; number < others.length; number++) {
            others[number] = Thread.ofPlatform()
                    .daemon()
                    .start(() -> check.looked(RENAME, (_, goesOn) -> {
                        steps(LARGE, goesOn);
                        under.countDown();
                        join(hold);
                    }));
        }
        under.await();
        assertThatThrownBy(() -> check.looked(RENAME, (_, goesOn) -> steps(LARGE, goesOn)))
                .isInstanceOf(TrivetException.class)
                .hasMessageContaining("other large directories are being renamed");
        assertThat(check.looked(RENAME, (_, goesOn) -> steps(LARGE - 1, goesOn)))
                .isNotNull();
        hold.countDown();
        for (Thread other : others) {
            other.join();
        }
        check.looked(RENAME, (_, goesOn) -> steps(LARGE, goesOn));
    }

    @Test
    void whenTimeIsOverNobodyGoesOn() {
        check.looked(RENAME, (_, goesOn) -> {
            assertThat(goesOn.getAsBoolean()).isTrue();
            sleep(400);
            assertThat(goesOn.getAsBoolean()).isFalse();
        });
    }

    private static void join(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void sleep(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
