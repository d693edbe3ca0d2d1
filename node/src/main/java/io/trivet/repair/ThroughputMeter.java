package io.trivet.repair;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** The throughput over the last ten seconds. Any thread. */
final class ThroughputMeter {
    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final int MAX_MOVES = 10_000;

    private final Deque<Move> moves = new ArrayDeque<>();
    private long total;

    private record Move(long atNanos, long bytes) {}

    synchronized void moved(long bytes) {
        forget();
        if (moves.size() == MAX_MOVES) {
            moves.removeFirst();
        }
        moves.addLast(new Move(System.nanoTime(), bytes));
        total += bytes;
    }

    synchronized long bytesPerSecond() {
        forget();
        return moves.stream().mapToLong(Move::bytes).sum() / WINDOW.toSeconds();
    }

    /** Since the start. */
    synchronized long bytes() {
        return total;
    }

    private void forget() {
        long now = System.nanoTime();
        while (!moves.isEmpty() && now - moves.getFirst().atNanos > WINDOW.toNanos()) {
            moves.removeFirst();
        }
    }
}
