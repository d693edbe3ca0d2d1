package io.trivet.client;

import io.trivet.model.NodeId;

/**
 * Receives the progress of a transfer. Called from several threads at once. Calls must return
 * quickly and must not throw, except {@link #committing} and {@link #placing}.
 */
public interface Progress {
    /** Ignores all progress. */
    Progress NONE = new Progress() {
        @Override
        public void started(long totalBytes) {}

        @Override
        public void moved(NodeId node, long bytes) {}

        @Override
        public void retried(NodeId node, String reason) {}
    };

    /** The transfer begins; {@code totalBytes} is -1 if unknown. */
    void started(long totalBytes);

    /**
     * This many more bytes were sent to or received from this node. Negative if bytes must be sent
     * again.
     */
    void moved(NodeId node, long bytes);

    /** Another node replaces this one. */
    void retried(NodeId node, String reason);

    /**
     * All bytes of a save are stored, and the commit follows. An exception from here abandons the
     * save; nothing was changed then.
     */
    default void committing() {}

    /**
     * All bytes of a load to a file are there and verified, and the file gets the target's name next.
     * An exception from here ends the load and leaves the target unchanged.
     */
    default void placing() {}

    /** From now on the transfer can be resumed if it is interrupted. */
    default void resumable() {}

    /** The transfer failed and cannot be resumed. */
    default void unresumable() {}

    /**
     * The transfer resumes an earlier one: {@code there} of {@code count} chunks, with this many
     * bytes, need not be sent again.
     */
    default void resumed(int there, int count, long bytes) {}
}
