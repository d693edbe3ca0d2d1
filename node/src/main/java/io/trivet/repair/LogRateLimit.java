package io.trivet.repair;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Rate limit for log messages: for each subject one message per {@link #EVERY} is logged, with the
 * number of suppressed ones. Only the last {@value #MAX_SUBJECTS} subjects are remembered; a caller
 * with more of them passes one subject for all. Any thread.
 */
public final class LogRateLimit {
    public static final Duration EVERY = Duration.ofMinutes(1);
    static final int MAX_SUBJECTS = 64;

    private final LongSupplier clock;
    private final Map<Object, Row> rows = new LinkedHashMap<>();

    private record Row(long loggedNanos, long unlogged) {}

    public LogRateLimit() {
        this(System::nanoTime);
    }

    /** @param clock in nanoseconds, never goes back */
    LogRateLimit(LongSupplier clock) {
        this.clock = clock;
    }

    /**
     * How many messages of this subject were suppressed since the last logged one; empty if this
     * one is suppressed too.
     */
    public synchronized OptionalLong pass(Object subject) {
        long now = clock.getAsLong();
        Row row = rows.get(subject);
        if (row != null && now - row.loggedNanos < EVERY.toNanos()) {
            rows.put(subject, new Row(row.loggedNanos, row.unlogged + 1));
            return OptionalLong.empty();
        }
        rows.remove(subject);
        if (rows.size() == MAX_SUBJECTS) {
            rows.remove(rows.keySet().iterator().next());
        }
        rows.put(subject, new Row(now, 0));
        return OptionalLong.of(row == null ? 0 : row.unlogged);
    }
}
