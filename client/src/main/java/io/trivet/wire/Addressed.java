package io.trivet.wire;

import io.trivet.model.NodeId;
import org.jspecify.annotations.Nullable;

/** A request and the node it is meant for (rule 13); null means any node. */
public record Addressed(@Nullable NodeId target, Request request) {
    public static Addressed toAny(Request request) {
        return new Addressed(null, request);
    }
}
