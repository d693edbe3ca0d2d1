package io.trivet.thread;

/**
 * Daemon threads for short or rare work that mostly waits. They are virtual from Java 24 on. Before,
 * a virtual thread that waits within {@code synchronized} keeps its carrier thread, and a few of
 * them would stop all others; so they are platform threads there. Any thread.
 */
public final class BackgroundThreads {
    /** The first release whose virtual threads wait within {@code synchronized} (JEP 491). */
    private static final int VIRTUAL_SINCE = 24;

    private static final boolean VIRTUAL = Runtime.version().feature() >= VIRTUAL_SINCE;

    private BackgroundThreads() {}

    /** A builder of one thread of this name. */
    public static Thread.Builder named(String name) {
        return builder(VIRTUAL).name(name);
    }

    /** The kind is a parameter for tests. */
    static Thread.Builder builder(boolean virtual) {
        return virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon();
    }
}
