package io.trivet.repair;

import java.time.Duration;

/**
 * Background work in small units, without an end. The caller chooses the thread and handles
 * failures.
 */
@FunctionalInterface
public interface Chore {
    /**
     * Does one unit, of a few seconds at most. Returns how long to rest before the next. One
     * thread.
     */
    Duration step();
}
