package io.trivet.mount;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.RemotePath;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class PathLocksTest {
    private final PathLocks locks = new PathLocks();

    private static RemotePath path(String text) {
        return RemotePath.parse(text);
    }

    private static Thread started(Runnable work) {
        return Thread.ofPlatform().daemon(true).start(work);
    }

    private static void awaitWaiting(Thread thread) throws InterruptedException {
        for (int tries = 0; tries < 5000 && thread.getState() != Thread.State.WAITING; tries++) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        assertThat(thread.getState()).isEqualTo(Thread.State.WAITING);
    }

    @Test
    void aRenameWaitsForTheSavesBelow() throws InterruptedException {
        CountDownLatch renamed = new CountDownLatch(1);
        try (PathLocks.Held _ = locks.hold(() -> path("/a/b/file"))) {
            Thread rename = started(() -> {
                try (PathLocks.Lock _ = locks.change(path("/a"), path("/c"))) {
                    renamed.countDown();
                }
            });
            awaitWaiting(rename);
            assertThat(renamed.getCount()).isEqualTo(1);
        }
        assertThat(renamed.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aSaveThatWaitedUsesThePathOfAfterTheRename() throws InterruptedException {
        AtomicReference<RemotePath> now = new AtomicReference<>(path("/a/file"));
        AtomicReference<RemotePath> saved = new AtomicReference<>();
        CountDownLatch done = new CountDownLatch(1);
        try (PathLocks.Lock _ = locks.change(path("/a"), path("/c"))) {
            Thread save = started(() -> {
                try (PathLocks.Held held = locks.hold(now::get)) {
                    saved.set(held.path());
                    done.countDown();
                }
            });
            awaitWaiting(save);
            now.set(path("/c/file"));
        }
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(saved.get()).isEqualTo(path("/c/file"));
    }

    @Test
    void othersDoNotWait() {
        try (PathLocks.Held _ = locks.hold(() -> path("/a/file"));
                PathLocks.Lock _ = locks.change(path("/ab"));
                PathLocks.Held held = locks.hold(() -> path("/a/other"))) {
            assertThat(held.path()).isEqualTo(path("/a/other"));
        }
    }
}
