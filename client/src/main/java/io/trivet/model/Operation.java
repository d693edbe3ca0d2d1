package io.trivet.model;

import org.jspecify.annotations.Nullable;

/**
 * A command with its number, which makes it happen once (rule 10).
 *
 * @param session whose it is; null for commands that are idempotent by themselves
 * @param sequence its number inside the session, from 1; 0 without a session
 * @param answeredBelow the client has the outcomes of all its operations below this number: they need not be kept
 */
public record Operation(@Nullable SessionId session, long sequence, long answeredBelow, Command command) {
    public Operation {
        if (session == null ? sequence != 0 : sequence < 1) {
            throw new IllegalArgumentException("operations are numbered from 1 inside a session, not " + sequence);
        }
    }

    /** A command that is idempotent by itself, or whose repetition harms nothing. */
    public static Operation unnumbered(Command command) {
        return new Operation(null, 0, 0, command);
    }
}
