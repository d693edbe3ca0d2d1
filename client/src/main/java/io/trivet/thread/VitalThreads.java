package io.trivet.thread;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts vital threads, which must run until they are told to end. If one ends with an exception or
 * error, the {@link DeathListener} of the process is told. A node's program then ends the process,
 * so that its service restarts it. The thread's own work catches what it can survive. Any thread.
 */
public final class VitalThreads {
    private static final Logger LOG = LoggerFactory.getLogger(VitalThreads.class);

    /** By default nothing: a library does not end the process that it runs in. */
    private static volatile DeathListener listener = (ignored, alsoIgnored) -> {};

    private VitalThreads() {}

    /** Is told that a vital thread died. May run without free memory, so it must do little. */
    @FunctionalInterface
    public interface DeathListener {
        void died(String thread, Throwable cause);
    }

    /** Sets what the process does when a vital thread dies; one listener per process. */
    public static void whenOneDies(DeathListener told) {
        listener = told;
    }

    /** Starts a daemon thread. If {@code work} returns, the thread was told to end. */
    public static Thread start(String name, Runnable work) {
        Thread thread = unstarted(name, work);
        thread.start();
        return thread;
    }

    /** Like {@link #start}, for whoever starts the thread itself. */
    public static Thread unstarted(String name, Runnable work) {
        return Thread.ofPlatform().daemon().name(name).unstarted(() -> run(name, work));
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
