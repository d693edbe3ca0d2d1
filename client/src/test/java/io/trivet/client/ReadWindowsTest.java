package io.trivet.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.FileId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ReadWindowsTest {
    private final ReadWindows windows = new ReadWindows(1);
    private final AtomicInteger fetched = new AtomicInteger();

    private static ReadWindows.Key key(int index) {
        return new ReadWindows.Key(new FileId(1, 1), 1, index);
    }

    private byte[] full() {
        fetched.incrementAndGet();
        return new byte[ReadWindows.WINDOW_BYTES];
    }

    @Test
    void aWindowIsFetchedOnce() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (ExecutorService readers = Executors.newFixedThreadPool(8)) {
            List<Future<byte[]>> reads = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                reads.add(readers.submit(() -> windows.get(key(0), () -> {
                    begun.countDown();
                    go.await();
                    return full();
                })));
            }
            begun.await();
            go.countDown();
            for (Future<byte[]> read : reads) {
                assertThat(read.get()).isSameAs(reads.getFirst().get());
            }
        }
        assertThat(fetched).hasValue(1);
    }

    @Test
    void whatIsKeptIsBoundedAndTheLongestUnusedGoesFirst() throws IOException {
        int fit = (int) (ReadWindows.LEAST_BYTES / ReadWindows.WINDOW_BYTES);
        for (int i = 0; i < fit; i++) {
            windows.get(key(i), this::full);
        }
        windows.get(key(0), this::full); // used again
        windows.get(key(fit), this::full);
        assertThat(windows.bytes()).isEqualTo(ReadWindows.LEAST_BYTES);
        fetched.set(0);
        windows.get(key(0), this::full);
        assertThat(fetched).hasValue(0);
        windows.get(key(1), this::full);
        assertThat(fetched).hasValue(1);
    }

    /** Else a million files of a byte each would be a million windows. */
    @Test
    void smallWindowsAreBoundedInNumber() throws IOException {
        for (int i = 0; i < 5000; i++) {
            windows.get(key(i), () -> new byte[1]);
        }
        assertThat(windows.bytes()).isLessThanOrEqualTo(ReadWindows.LEAST_BYTES);
        windows.get(key(0), this::full);
        assertThat(fetched).hasValue(1);
    }

    @Test
    void aFailureIsNotKept() throws IOException {
        assertThatThrownBy(() -> windows.get(key(0), () -> {
                    throw new IOException("gone");
                }))
                .hasMessage("gone");
        assertThat(windows.get(key(0), this::full)).hasSize(ReadWindows.WINDOW_BYTES);
    }

    /** The failure of a fetch ahead is not that of the reader. */
    @Test
    void whoWaitsForAnotherThatFailsTriesItself() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (ExecutorService readers = Executors.newFixedThreadPool(2)) {
            windows.fetchAhead(
                    key(0),
                    () -> {
                        begun.countDown();
                        go.await();
                        throw new IOException("ahead");
                    },
                    readers::submit);
            begun.await();
            Future<byte[]> read = readers.submit(() -> windows.get(key(0), this::full));
            go.countDown();
            assertThat(read.get()).hasSize(ReadWindows.WINDOW_BYTES);
        }
    }

    @Test
    void onlySoManyAreFetchedAheadAtOnce() {
        List<Callable<byte[]>> started = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            windows.fetchAhead(key(i), this::full, started::add);
        }
        assertThat(started).hasSize(ReadWindows.MOST_AHEAD_AT_ONCE);
    }

    @Test
    void aFetchThatCannotBeStartedLeavesNothing() throws IOException {
        for (int i = 0; i < 2 * ReadWindows.MOST_AHEAD_AT_ONCE; i++) {
            assertThatThrownBy(() -> windows.fetchAhead(key(0), this::full, _ -> {
                        throw new IllegalStateException("closed");
                    }))
                    .hasMessage("closed");
        }
        windows.get(key(0), this::full);
        assertThat(fetched).hasValue(1);
    }
}
