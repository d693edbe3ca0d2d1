package io.trivet.node;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node has opened, to be closed in reverse order when the node ends or its start fails. Any
 * thread: who closes second waits, and what is added after the end is closed at once.
 */
final class CloseStack implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CloseStack.class);

    private final Deque<AutoCloseable> things = new ArrayDeque<>();
    private boolean closed;

    synchronized <T extends AutoCloseable> T add(T thing) {
        things.push(thing);
        if (closed) {
            close();
        }
        return thing;
    }

    /**
     * Closes everything, even if one of the parts fails to close. Durability does not depend on it:
     * {@code kill -9} loses nothing either.
     */
    @Override
    public synchronized void close() {
        closed = true;
        while (!things.isEmpty()) {
            AutoCloseable thing = things.pop();
            try {
                thing.close();
            } catch (Exception e) {
                LOG.warn("not closed what={} cause=\"{}\"", thing.getClass().getSimpleName(), e.toString());
            }
        }
    }
}
