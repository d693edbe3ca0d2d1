package io.trivet.client;

import io.trivet.model.OpenToken;
import java.time.Duration;
import java.util.List;

/** Join tokens. Any thread. */
public interface TokenAdmin {
    /** All tokens that can still be used, sorted by id. */
    List<OpenToken> list();

    /**
     * Issues a token with which {@code uses} nodes may join within {@code validFor}. Everyone who
     * has it can join.
     */
    String issue(Duration validFor, int uses);

    /**
     * Invalidates a token at once. Throws {@code BAD_REQUEST} if none has this {@link
     * OpenToken#id}.
     */
    void revoke(String id);
}
