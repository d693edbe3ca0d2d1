package io.trivet.wire;

import java.net.ProtocolException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one connection holds of the {@link MemoryBudget} of its kind. There is no budget on a
 * caller's side, or if the caller is a node. One thread.
 */
final class MemoryReservation {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Connection holder;
    private @Nullable MemoryBudget budget;
    private int held;

    MemoryReservation(Connection holder) {
        this.holder = holder;
    }

    /** Sets the budget, unless something is held. */
    void of(@Nullable MemoryBudget kind) {
        if (held == 0) {
            budget = kind;
        }
    }

    /** Throws {@link ProtocolException} if there is no room in time. */
    void take(int bytes) throws ProtocolException {
        if (budget != null && bytes > 0) {
            budget.take(holder, bytes, LIMIT);
            held += bytes;
        }
    }

    /** Bytes taken before there was a budget are not counted. */
    void giveBack(int bytes) {
        int counted = Math.min(bytes, held);
        if (budget != null) {
            budget.giveBack(holder, counted);
            held -= counted;
        }
    }

    void giveBackAll() {
        giveBack(held);
    }
}
