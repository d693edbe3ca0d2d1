package io.trivet.thread;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts threads that must run until they are told to end. One that ends by an exception or an
 * error is reported to the {@link DeathListener} of the process; the program of a node ends the
 * process then, so that its service starts it again. What can be survived is caught in the thread's
 * own work. Any thread.
 */
public final class VitalThreads {
    private static final Logger LOG = LoggerFactory.getLogger(VitalThreads.class);

    /** A library does not end the process that it is in. */
    private static volatile DeathListener listener = (_, _) -> {};

    private VitalThreads() {}

    /** Hears of a vital thread that died. It may be called without memory left, so it does little. */
    @FunctionalInterface
    public interface DeathListener {
        void died(String thread, Throwable cause);
    }

    /** What the process does when a vital thread dies; one for the whole process. */
    public static void whenOneDies(DeathListener told) {
        listener = told;
    }

    /** Starts a daemon thread. It may return from its work at any time: then it was told to end. */
    public static Thread start(String name, Runnable work) {
        return Thread.ofPlatform().daemon().name(name).start(() -> run(name, work));
    }

    private static void run(String name, Runnable work) {
        try {
            work.run();
        } catch (Throwable e) {
            died(name, e);
        }
    }

    private static void died(String name, Throwable cause) {
        try {
            LOG.error("vital thread died name={}", name, cause);
        } finally {
            listener.died(name, cause);
        }
    }
}
