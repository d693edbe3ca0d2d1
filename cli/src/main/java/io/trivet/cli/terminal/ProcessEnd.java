package io.trivet.cli.terminal;

import java.util.concurrent.locks.LockSupport;

/**
 * Whether this process was told to end, by a signal or because its terminal has gone. Any thread.
 */
public final class ProcessEnd {
    private ProcessEnd() {}

    /** Only Java itself knows it from the first moment: it accepts no more hooks. */
    static boolean hasBegun() {
        Thread probe = new Thread(() -> {}, "end-probe");
        try {
            Runtime.getRuntime().addShutdownHook(probe);
            Runtime.getRuntime().removeShutdownHook(probe);
            return false;
        } catch (IllegalStateException _) {
            return true;
        }
    }

    /**
     * Does not return once the process was told to end, so that nothing after this call is done.
     */
    public static void stopHere() {
        while (hasBegun()) {
            LockSupport.park();
        }
    }
}
