package io.trivet.node;

import io.trivet.model.Command;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * What one request that carries many may take of the leader: two seconds, and one each of the
 * operations that reserve something or are large. The rest is refused with {@code BUSY}: it was not
 * begun, and is sent again or alone. One thread.
 */
final class BatchLimit {
    /** The caller's answer comes within {@link io.trivet.wire.protocol.Request#ANSWER_LIMIT}. */
    static final Duration TIME_LIMIT = Duration.ofSeconds(2);

    private final long endNanos;
    private final Set<Class<?>> seen = new HashSet<>();

    BatchLimit() {
        this(TIME_LIMIT);
    }

    BatchLimit(Duration timeLimit) {
        this.endNanos = System.nanoTime() + timeLimit.toNanos();
    }

    /** Throws {@code BUSY} if those before took too long: nodes may have to be asked for chunks. */
    void requireTime() {
        if (System.nanoTime() - endNanos > 0) {
            throw TrivetException.of(
                    Refusal.Kind.BUSY, "", "the operations before it took too long: it was not begun, try again");
        }
    }

    /** Throws {@code BUSY} for the second operation of a kind of which a request carries one. */
    void requireRoom(Command command) {
        requireTime();
        if (isSingle(command) && !seen.add(command.getClass())) {
            throw TrivetException.of(
                    Refusal.Kind.BUSY, "", "a request carries one of these: it was not begun, send it alone");
        }
    }

    /** Clients send these alone. Many of them would pass what is limited for each request. */
    private static boolean isSingle(Command command) {
        return switch (command) {
            case Command.OpenSession _, Command.Reserve _, Command.Adopt _, Command.BeginUpload _, Command.PutPiece _ ->
                true;
            default -> false;
        };
    }
}
