package io.trivet.node.leader;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Measures the grace of removals at the leader (rule 5), by a clock that cannot jump. Marks
 * remember the latest time in the log at a moment. Once a mark is a grace old, every removal
 * stamped before its time happened before that moment, so its grace is over.
 *
 * <p>Times in the log never go back, so a removal after a mark is stamped with the mark's time or a
 * later one, whatever the masters' clocks say. A new leader begins without marks: it waits longer,
 * never shorter. One thread.
 */
public final class RemovalGrace {
    /** Marks are at least this fraction of a grace apart, so there are few. */
    private static final int MARKS = 16;

    private record Mark(long atNanos, Instant logTime) {}

    private final Deque<Mark> marks = new ArrayDeque<>();

    /** Forgets all marks, because this node did not lead in between. */
    public void begin() {
        marks.clear();
    }

    /**
     * Records the latest time in the log.
     *
     * @param nowNanos of {@link System#nanoTime}
     * @param logTime the latest time of any log entry
     * @return the grace of removals stamped before this time is over; empty if unknown
     */
    public Optional<Instant> pass(long nowNanos, Instant logTime, Duration grace) {
        Mark last = marks.peekLast();
        if (last == null || nowNanos - last.atNanos >= grace.toNanos() / MARKS) {
            marks.addLast(new Mark(nowNanos, logTime));
        }
        Optional<Instant> over = Optional.empty();
        while (!marks.isEmpty() && nowNanos - marks.getFirst().atNanos >= grace.toNanos()) {
            over = Optional.of(marks.removeFirst().logTime);
        }
        return over;
    }
}
