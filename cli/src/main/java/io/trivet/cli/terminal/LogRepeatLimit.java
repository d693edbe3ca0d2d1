package io.trivet.cli.terminal;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/**
 * Limits how often a message is logged, libraries included. A message is identified by its logger
 * and its text without values. Each may come {@value #BURST} times at once and then once in {@link
 * #EVERY}; suppressed ones are counted, and the count is logged with the next one. So an hour in
 * which something fails a hundred times a second takes about 140 lines of each message, and as many
 * counts.
 *
 * <p>Refused requests, which any caller can cause, have a larger allowance: {@value
 * #REQUEST_BURST}, and one a second. They are not limited if an operator wants all requests logged.
 * Any thread.
 */
final class LogRepeatLimit extends TurboFilter {
    static final int BURST = 20;
    static final Duration EVERY = Duration.ofSeconds(30);
    static final int REQUEST_BURST = 1000;
    static final Duration REQUEST_EVERY = Duration.ofSeconds(1);

    /** The most messages distinguished in an hour; all others share the last allowance. */
    private static final int MAX_MESSAGES = 1000;

    private static final Duration FORGOTTEN_AFTER = Duration.ofHours(1);

    private static final String REQUESTS = "io.trivet.requests";
    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger("io.trivet.log");

    private final LongSupplier clock;
    private final boolean allRequests;
    private final Map<String, Allowance> allowances = new HashMap<>();

    LogRepeatLimit(boolean allRequests) {
        this(System::nanoTime, allRequests);
    }

    /** @param clock in nanoseconds, never goes back */
    LogRepeatLimit(LongSupplier clock, boolean allRequests) {
        super();
        this.clock = clock;
        this.allRequests = allRequests;
    }

    /** The remaining allowance of one message: a token bucket. */
    private static final class Allowance {
        private final int burst;
        private final long everyNanos;
        private double left;
        private long atNanos;
        private long leftOut;

        Allowance(int burst, Duration every, long now) {
            this.burst = burst;
            this.everyNanos = every.toNanos();
            this.left = burst;
            this.atNanos = now;
        }

        boolean take(long now) {
            left = Math.min(burst, left + (double) (now - atNanos) / everyNanos);
            atNanos = now;
            if (left < 1) {
                leftOut++;
                return false;
            }
            left--;
            return true;
        }

        boolean isForgotten(long now) {
            return now - atNanos >= FORGOTTEN_AFTER.toNanos();
        }

        long takeLeftOut() {
            long count = leftOut;
            leftOut = 0;
            return count;
        }
    }

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            Object @Nullable [] params,
            @Nullable Throwable t) {
        if (format == null || !level.isGreaterOrEqual(logger.getEffectiveLevel()) || isExempt(logger.getName())) {
            return FilterReply.NEUTRAL;
        }
        long leftOut;
        synchronized (this) {
            Allowance allowance = allowance(logger.getName(), format);
            if (!allowance.take(clock.getAsLong())) {
                return FilterReply.DENY;
            }
            leftOut = allowance.takeLeftOut();
        }
        if (leftOut > 0) {
            LOG.atLevel(levelOfCount(level))
                    .log("left out similar={} logger={} message=\"{}\"", leftOut, logger.getName(), format);
        }
        return FilterReply.NEUTRAL;
    }

    /** A count is seen where the messages are that it counts. */
    private static org.slf4j.event.Level levelOfCount(Level counted) {
        if (counted.isGreaterOrEqual(Level.ERROR)) {
            return org.slf4j.event.Level.ERROR;
        }
        return counted.isGreaterOrEqual(Level.WARN) ? org.slf4j.event.Level.WARN : org.slf4j.event.Level.INFO;
    }

    private boolean isExempt(String logger) {
        return logger.equals(LOG.getName()) || (allRequests && logger.equals(REQUESTS));
    }

    private Allowance allowance(String logger, String format) {
        String message = logger + " " + format;
        long now = clock.getAsLong();
        if (!allowances.containsKey(message) && allowances.size() >= MAX_MESSAGES) {
            allowances.values().removeIf(allowance -> allowance.isForgotten(now));
            if (allowances.size() >= MAX_MESSAGES) {
                message = "";
            }
        }
        return allowances.computeIfAbsent(
                message,
                _ -> logger.equals(REQUESTS)
                        ? new Allowance(REQUEST_BURST, REQUEST_EVERY, now)
                        : new Allowance(BURST, EVERY, now));
    }
}
