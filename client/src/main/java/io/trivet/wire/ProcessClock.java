package io.trivet.wire;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * How long this process has run: {@link System#nanoTime} without the time in which the whole
 * process stood still, because it was stopped (SIGSTOP, Ctrl-Z), its machine was suspended, or so
 * busy that no thread ran.
 *
 * <p>Waiting for a peer's answer is measured by this clock: a process that does not run cannot hear
 * an answer, so that time is not the peer's silence. It does not measure what others decide by
 * their clocks, such as the expiry of a token.
 *
 * <p>A thread ticks all the time. A reading that finds the last tick too old knows that nothing ran
 * since, whichever thread runs first afterwards. Any thread.
 */
public final class ProcessClock {
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** A longer time between ticks counts as a pause of the process. */
    static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final ProcessClock OF_THIS_PROCESS = ticking();

    private final LongSupplier clock;
    private volatile long tickedNanos;
    private volatile long pausedNanos;

    /** @param clock in nanoseconds, never goes back */
    ProcessClock(LongSupplier clock) {
        this.clock = clock;
        this.tickedNanos = clock.getAsLong();
    }

    private static ProcessClock ticking() {
        ProcessClock time = new ProcessClock(System::nanoTime);
        Thread.ofPlatform().daemon().name("trivet-running-time").start(time::tickForEver);
        return time;
    }

    /** Nanoseconds for which this process has run, from an arbitrary origin. */
    public static long nanos() {
        return OF_THIS_PROCESS.now();
    }

    private void tickForEver() {
        while (true) {
            tick();
            LockSupport.parkNanos(TICK_NANOS);
        }
    }

    long now() {
        while (true) {
            long paused = pausedNanos;
            long at = clock.getAsLong();
            if (at - tickedNanos > PAUSE_NANOS) {
                tick();
            } else if (paused == pausedNanos) {
                return at - paused;
            }
        }
    }

    synchronized void tick() {
        long at = clock.getAsLong();
        long since = at - tickedNanos;
        if (since > PAUSE_NANOS) {
            pausedNanos += since - TICK_NANOS;
        }
        tickedNanos = at;
    }
}
