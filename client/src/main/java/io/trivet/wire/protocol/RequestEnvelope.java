package io.trivet.wire.protocol;

import io.trivet.model.NodeId;
import io.trivet.wire.credentials.ChunkToken;
import org.jspecify.annotations.Nullable;

/**
 * A request and the node that it is meant for (rule 13).
 *
 * @param target null means any node
 * @param id the user's request on whose behalf this one is made; null if none
 * @param token permits a client to access chunks, as {@link ChunkToken} signs it; null if none is
 *     needed
 */
public record RequestEnvelope(
        @Nullable NodeId target, Request request, @Nullable RequestId id, byte @Nullable [] token) {
    /** On behalf of the request that this thread works for. */
    public RequestEnvelope(@Nullable NodeId target, Request request) {
        this(target, request, (byte[]) null);
    }

    /** As above, with a token. */
    public RequestEnvelope(@Nullable NodeId target, Request request, byte @Nullable [] token) {
        this(target, request, RequestId.current().orElse(null), token);
    }

    public static RequestEnvelope toAny(Request request) {
        return new RequestEnvelope(null, request);
    }
}
