package io.trivet.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A command with the number that makes it take effect once (rule 10).
 *
 * @param session in which it is numbered; null for commands that are idempotent by themselves
 * @param sequence its number inside the session, from 1; 0 without a session
 * @param answeredBelow the client has the outcomes of all its operations below this number: they
 *     need not be kept
 * @param conditions what must hold when it is applied; none without a session, since a repeated
 *     operation would be refused because of its own first effect
 */
public record Operation(
        @Nullable SessionId session, long sequence, long answeredBelow, Command command, List<Condition> conditions) {
    public Operation {
        conditions = List.copyOf(conditions);
        if (conditions.size() > (session == null ? 0 : Condition.MAX)) {
            throw new IllegalArgumentException(
                    "at most " + Condition.MAX + " conditions, in a session, not " + conditions.size());
        }
        if (session == null ? sequence != 0 : sequence < 1) {
            throw new IllegalArgumentException("operations are numbered from 1 inside a session, not " + sequence);
        }
    }

    /** Without conditions. */
    public Operation(@Nullable SessionId session, long sequence, long answeredBelow, Command command) {
        this(session, sequence, answeredBelow, command, List.of());
    }

    /** This operation with another command. */
    public Operation with(Command other) {
        return new Operation(session, sequence, answeredBelow, other, conditions);
    }

    /** A command that is idempotent by itself, or whose repetition harms nothing. */
    public static Operation unnumbered(Command command) {
        return new Operation(null, 0, 0, command);
    }
}
