package io.trivet.repair;

import java.time.Duration;

/** Work that never ends, in small units. Whoever runs it decides on the thread and on what to do about failures. */
@FunctionalInterface
public interface Chore {
    /** Does one unit, of seconds at most; answers how long to rest before the next. One thread. */
    Duration step();
}
