package io.trivet.client;

import io.trivet.model.OpenToken;
import java.time.Duration;
import java.util.List;

/** The tokens with which nodes join a cluster. Any thread. */
public interface TokenAdmin {
    /** The tokens that are good for something, in the order of their ids. */
    List<OpenToken> list();

    /** One line that lets {@code uses} nodes join within {@code validFor}. Whoever has it can join. */
    String issue(Duration validFor, int uses);

    /** Makes a token worthless at once. Throws {@code BAD_REQUEST} if none has this {@link OpenToken#id}. */
    void revoke(String id);
}
