package io.trivet.model;

import org.jspecify.annotations.Nullable;

/**
 * A command with the number that makes it take effect once (rule 10).
 *
 * @param session in which it is numbered; null for commands that are idempotent by themselves
 * @param sequence its number inside the session, from 1; 0 without a session
 * @param answeredBelow the client has the outcomes of all its operations below this number, so they
 *     can be forgotten
 */
public record Operation(@Nullable SessionId session, long sequence, long answeredBelow, Command command) {
    public Operation {
        if (session == null ? sequence != 0 : sequence < 1) {
            throw new IllegalArgumentException("operations are numbered from 1 inside a session, not " + sequence);
        }
    }

    /** For a command that is idempotent by itself, or whose repetition does no harm. */
    public static Operation unnumbered(Command command) {
        return new Operation(null, 0, 0, command);
    }
}
