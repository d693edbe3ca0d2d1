package io.trivet.quorum;

import io.trivet.model.NodeId;
import java.io.IOException;
import java.time.Duration;

/**
 * Sends a request with a body to another master, and returns the body of its answer. The other side
 * passes the request to {@link RatisQuorum#receive}.
 *
 * <p>Messages may be lost, delayed, duplicated and reordered without harm. A body has at most
 * {@link #MAX_BODY} bytes.
 */
@FunctionalInterface
public interface QuorumTransport {
    /** The most bytes of a body. */
    int MAX_BODY = 4 << 20;

    /**
     * Calls a peer and waits for its answer. From any thread, many at a time.
     *
     * @param method a short word, such as {@code append}
     * @throws IOException if there is no answer within the deadline, the peer refused, or the
     *     thread was interrupted
     */
    byte[] call(NodeId peer, String method, byte[] request, Duration deadline) throws IOException;
}
