package io.trivet.client;

import io.trivet.model.NodeId;

/**
 * Hears how a transfer goes on. Called from several threads at once; must return quickly, and throw
 * nothing except where it is said.
 */
public interface Progress {
    /** Hears nothing. */
    Progress NONE = new Progress() {
        @Override
        public void started(long totalBytes) {}

        @Override
        public void moved(NodeId node, long bytes) {}

        @Override
        public void retried(NodeId node, String reason) {}
    };

    /** The transfer begins; {@code totalBytes} is -1 where nobody knows. */
    void started(long totalBytes);

    /** So many more bytes went to or came from this node. Negative when bytes must travel again. */
    void moved(NodeId node, long bytes);

    /** A node was left for another one. */
    void retried(NodeId node, String reason);

    /**
     * All bytes of a save are stored, and the commit comes next. What this throws gives the save
     * up: nothing was changed then.
     */
    default void committing() {}

    /** From now on the same transfer, begun again, goes on where this one may be interrupted. */
    default void resumable() {}

    /** It failed, and nothing is left for another try to go on from. */
    default void unresumable() {}

    /** This is such a second try: {@code there} of {@code count} chunks, with so many bytes, need not travel again. */
    default void resumed(int there, int count, long bytes) {}
}
