package io.trivet.wire;

import io.trivet.model.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * A request and the node it is meant for (rule 13).
 *
 * @param target null means any node
 * @param id on behalf of which request of a user; null: of none
 */
public record Addressed(
        @Nullable NodeId target, Request request, @Nullable RequestId id) {
    /** On behalf of what this thread works for. */
    public Addressed(@Nullable NodeId target, Request request) {
        this(target, request, RequestId.current().orElse(null));
    }

    public static Addressed toAny(Request request) {
        return new Addressed(null, request);
    }
}
