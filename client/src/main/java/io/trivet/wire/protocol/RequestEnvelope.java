package io.trivet.wire.protocol;

import io.trivet.model.NodeId;
import io.trivet.wire.credentials.ChunkToken;
import org.jspecify.annotations.Nullable;

/**
 * A request and the node it is meant for (rule 13).
 *
 * @param target null means any node
 * @param id on behalf of which request of a user; null: of none
 * @param token what lets a client touch chunks, as {@link ChunkToken} signs it; null where none is needed
 */
public record RequestEnvelope(
        @Nullable NodeId target, Request request, @Nullable RequestId id, byte @Nullable [] token) {
    /** On behalf of what this thread works for. */
    public RequestEnvelope(@Nullable NodeId target, Request request) {
        this(target, request, (byte[]) null);
    }

    /** The same, with a token. */
    public RequestEnvelope(@Nullable NodeId target, Request request, byte @Nullable [] token) {
        this(target, request, RequestId.current().orElse(null), token);
    }

    public static RequestEnvelope toAny(Request request) {
        return new RequestEnvelope(null, request);
    }
}
