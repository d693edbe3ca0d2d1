package io.trivet.wire;

import java.net.ProtocolException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one connection holds of the {@link MemoryBudget} of its kind; of none on a caller's side,
 * and where the caller is a node. One thread.
 */
final class MemoryReservation {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Connection holder;
    private @Nullable MemoryBudget budget;
    private int held;

    MemoryReservation(Connection holder) {
        this.holder = holder;
    }

    /** From now on it is of this kind, unless something is held yet. */
    void of(@Nullable MemoryBudget kind) {
        if (held == 0) {
            budget = kind;
        }
    }

    /** Throws {@link ProtocolException} where there is no room in time. */
    void take(int bytes) throws ProtocolException {
        if (budget != null && bytes > 0) {
            budget.take(holder, bytes, LIMIT);
            held += bytes;
        }
    }

    /** What was taken before there was a budget is not counted. */
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
