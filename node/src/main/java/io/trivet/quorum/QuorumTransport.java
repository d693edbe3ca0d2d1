package io.trivet.quorum;

import io.trivet.model.NodeId;
import java.io.IOException;
import java.time.Duration;

/**
 * How a master reaches another: a request with a body, an answer with a body. The other side gives
 * the request to {@link RatisQuorum#receive}.
 *
 * <p>Messages may be lost, delayed, doubled and overtaken by others without harm. A body has at
 * most {@link #MAX_BODY} bytes.
 */
@FunctionalInterface
public interface QuorumTransport {
    /** No body is longer, in bytes. */
    int MAX_BODY = 4 << 20;

    /**
     * Calls a peer and waits for its answer; from any thread, many at a time.
     *
     * @param method a short word, such as {@code append}
     * @throws IOException when there is no answer within the deadline, when the peer refused, or
     *     when the thread was interrupted, for whatever reason
     */
    byte[] call(NodeId peer, String method, byte[] request, Duration deadline) throws IOException;
}
