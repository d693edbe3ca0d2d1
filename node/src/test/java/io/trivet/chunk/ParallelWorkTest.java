package io.trivet.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ParallelWorkTest {
    private static final List<Integer> THINGS = IntStream.range(0, 1000).boxed().toList();

    @Test
    void eachIsDoneOnce() throws IOException {
        Queue<Integer> done = new ConcurrentLinkedQueue<>();
        ParallelWork.each(THINGS, done::add);

        assertThat(done).containsExactlyInAnyOrderElementsOf(THINGS);
    }

    @Test
    void nothingIsNoWork() throws IOException {
        ParallelWork.<Integer>each(List.of(), _ -> {
            throw new IOException("there is nothing");
        });
    }

    /** Each waits for another one: in sequence they would wait for ever. */
    @Test
    void severalAreUnderWayAtOnce() throws IOException {
        CyclicBarrier two = new CyclicBarrier(2);
        ParallelWork.each(THINGS, _ -> {
            try {
                two.await(10, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new IOException("alone", e);
            }
        });
    }

    @Test
    void aFailureIsThrownAndNothingMoreIsBegun() {
        AtomicInteger begun = new AtomicInteger();

        assertThatThrownBy(() -> ParallelWork.each(THINGS, number -> {
                    begun.incrementAndGet();
                    throw new FsyncFailedException("disk " + number, new IOException("it broke"));
                }))
                .isInstanceOf(FsyncFailedException.class);
        assertThat(begun).hasValueLessThanOrEqualTo(8);
    }

    @Test
    void whatIsNoFailureOfTheDiskIsThrownAsItIs() {
        assertThatThrownBy(() -> ParallelWork.each(THINGS, _ -> {
                    throw new IllegalStateException("a fault of the program");
                }))
                .isInstanceOf(IllegalStateException.class);
    }
}
