package io.trivet.cli.web;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * How fast the disks fill, as seen by this console: a value a minute, of the last day. Only values
 * of the same nodes are compared, since a node that comes or goes changes the sum. One thread at a
 * time.
 */
final class FillRate {
    private static final Duration EVERY = Duration.ofMinutes(1);
    private static final int MOST = 24 * 60;

    /** A shorter time says nothing about tomorrow. */
    private static final Duration SHORTEST = Duration.ofMinutes(10);

    private record Value(Instant at, int nodes, long usedBytes) {}

    /**
     * What is known of the future.
     *
     * @param observed the time that it is concluded from
     * @param full when no byte is free at that rate
     */
    record Forecast(Duration observed, long bytesPerDay, Duration full) {}

    private final Deque<Value> values = new ArrayDeque<>();

    /** {@code nodes}: how many nodes the sum is of. */
    void add(Instant now, int nodes, long usedBytes) {
        if (!values.isEmpty() && (values.getLast().nodes != nodes || now.isBefore(values.getLast().at))) {
            values.clear();
        }
        if (values.isEmpty() || !now.isBefore(values.getLast().at.plus(EVERY))) {
            values.addLast(new Value(now, nodes, usedBytes));
        }
        if (values.size() > MOST) {
            values.removeFirst();
        }
    }

    /** Empty if it was not observed for long enough, or the disks do not fill. */
    Optional<Forecast> forecast(long freeBytes) {
        if (values.isEmpty()) {
            return Optional.empty();
        }
        Value first = values.getFirst();
        Value last = values.getLast();
        Duration observed = Duration.between(first.at, last.at);
        long grown = last.usedBytes - first.usedBytes;
        if (observed.compareTo(SHORTEST) < 0 || grown <= 0) {
            return Optional.empty();
        }
        double perSecond = (double) grown / observed.toSeconds();
        return Optional.of(
                new Forecast(observed, (long) (perSecond * Duration.ofDays(1).toSeconds()), Duration.ofSeconds((long)
                        Math.min(freeBytes / perSecond, Integer.MAX_VALUE))));
    }
}
